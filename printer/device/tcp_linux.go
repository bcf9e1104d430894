package device

import (
	"context"
	"net"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// unacknowledged waits until the printer's side has confirmed every byte. Without it a printer that was
// switched off a moment ago looks like one that took all. That the line has broken is told once, to whoever asks
// first: to us here, or to the reader that fills heard.
func unacknowledged(ctx context.Context, conn *net.TCPConn, heard *listener, deadline time.Time) error {
	raw, err := conn.SyscallConn()
	if err != nil {
		return err
	}
	for {
		var left, broken int
		var asked error
		if err := raw.Control(func(fd uintptr) {
			if left, asked = unix.IoctlGetInt(int(fd), unix.SIOCOUTQ); asked == nil {
				broken, asked = unix.GetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_ERROR)
			}
		}); err != nil {
			return err
		}
		switch {
		case asked != nil:
			return os.NewSyscallError("SIOCOUTQ", asked)
		case broken != 0:
			return unix.Errno(broken)
		case heard.broken() != nil:
			return heard.broken()
		case left == 0:
			return nil
		}
		if err := pause(ctx, 2*time.Millisecond, deadline); err != nil {
			return err
		}
	}
}
