package gate

import (
	"errors"
	"fmt"
	"net"
	"syscall"
)

// wsaeAddrInUse is how Windows says that an address is in use.
const wsaeAddrInUse syscall.Errno = 10048

// Listen listens on an address. Where another program has it already, the
// error says what can be done: setting is where the address was given.
func Listen(address, setting string) (net.Listener, error) {
	l, err := net.Listen("tcp", address)
	if errors.Is(err, syscall.EADDRINUSE) || errors.Is(err, wsaeAddrInUse) {
		return nil, fmt.Errorf("%w: stop the program that has %s, or choose another port with %s", err, address, setting)
	}
	return l, err
}
