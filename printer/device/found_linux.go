package device

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path"
)

// List gives the printers on USB that have a device file, with what the kernel has asked them when they were
// plugged in. It opens none, so it may be called while slips are printed.
func List(ctx context.Context) ([]Found, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return listUSB(os.DirFS("/sys"))
}

// listUSB looks into the kernel's tree of devices.
func listUSB(sys fs.FS) ([]Found, error) {
	const files = "class/usbmisc/lp*"
	devices, err := fs.Glob(sys, files)
	if err != nil {
		return nil, fmt.Errorf("list the printers on USB: %w", err)
	}
	var all []Found
	for _, d := range devices {
		f := Found{Path: "/dev/usb/" + path.Base(d)}
		// A printer without an id, or one that was pulled out a moment ago, is listed by its file alone.
		if id, err := fs.ReadFile(sys, d+"/device/ieee1284_id"); err == nil {
			f = f.named(string(id))
		}
		all = append(all, f)
	}
	return all, nil
}
