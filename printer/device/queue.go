package device

import (
	"context"
	"errors"
	"fmt"
	"time"
)

const (
	// queuePatience is what Windows may take for a document on top of the time its bytes need: its service starts
	// a driver for each.
	queuePatience = 30 * time.Second
	// stuckPatience is the same once Windows says what is wrong.
	stuckPatience = 3 * time.Second
	// queueLook is the time between two looks at a document that waits.
	queueLook = 100 * time.Millisecond
)

// A Queue is a printer that Windows prints on, in its own queue. Each Write is a document of raw bytes and returns
// when that has left the queue: it is with the port then, or with a driver's buffer, and no answer comes back.
type Queue struct {
	windows spooler
	name    string
	job     uint32 // the document that has not left the queue, 0 if none
}

// A spooler is one printer of the service that keeps Windows' queues.
type spooler interface {
	// begin starts a document, end closes it, and abandon throws away what there is of it.
	begin(title string) (job uint32, err error)
	write(p []byte) (int, error)
	end() error
	abandon() error
	// document tells of one in the queue; queued is false once it is not there any more.
	document(job uint32) (flags uint32, queued bool, err error)
	remove(job uint32) error
	printer() (flags, attributes uint32, err error)
	close() error
}

// OpenQueue opens a printer of Windows by its name. That it opens does not say that it is plugged in; if Windows
// knows that it is not, or somebody has paused it, that is an error here. Elsewhere than on Windows it is one, too.
func OpenQueue(ctx context.Context, name string) (*Queue, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	windows, err := openSpooler(name)
	if err != nil {
		return nil, err
	}
	return newQueue(name, windows)
}

func newQueue(name string, windows spooler) (*Queue, error) {
	flags, attributes, err := windows.printer()
	if err == nil {
		err = unusable(flags, attributes)
	}
	if err != nil {
		return nil, errors.Join(because(ErrOffline, "open", name, err), windows.close())
	}
	return &Queue{windows: windows, name: name}, nil
}

// Write prints p as one document, after the one before has left the queue; an empty p is no document. After
// ErrTimeout, which comes with the reason if Windows knows it, the document is still in the queue.
func (d *Queue) Write(ctx context.Context, p []byte) (int, error) {
	if err := d.leave(ctx, 0); err != nil || len(p) == 0 {
		return 0, err
	}
	n, err := d.print(p)
	if err != nil {
		return n, because(ErrOffline, "write to", d.name, err)
	}
	return n, d.leave(ctx, n)
}

// print puts p in the queue. What Windows has taken of it may be on paper, also if the rest fails: it prints a
// document while it takes it in.
func (d *Queue) print(p []byte) (int, error) {
	job, err := d.windows.begin("Zegel")
	if err != nil {
		return 0, err
	}
	sent := 0
	for sent < len(p) {
		n, err := d.windows.write(p[sent:])
		if sent += n; err == nil && n == 0 {
			err = errors.New("the queue takes no more of the document")
		}
		if err != nil {
			return sent, errors.Join(err, d.windows.abandon())
		}
	}
	d.job = job
	if err := d.windows.end(); err != nil {
		return sent, err
	}
	return sent, nil
}

// leave waits until the document of n bytes that is in the queue has left it.
func (d *Queue) leave(ctx context.Context, n int) error {
	takes := time.Duration(n) * time.Second / paperRate
	began := time.Now()
	for d.job != 0 {
		flags, queued, err := d.windows.document(d.job)
		if err != nil {
			return because(ErrOffline, "look after the document for", d.name, err)
		}
		if !queued || flags&(jobPrinted|jobComplete) != 0 {
			d.job = 0
			break
		}
		reason, patience := d.stuck(flags), queuePatience
		if reason != nil {
			patience = stuckPatience
		}
		if err := pause(ctx, queueLook, began.Add(takes+patience)); err != nil {
			if reason != nil {
				err = fmt.Errorf("%w: %w", reason, err)
			}
			return because(ErrTimeout, "wait for", d.name, err)
		}
	}
	return nil
}

// stuck is why a document does not leave the queue, nil if Windows does not know.
func (d *Queue) stuck(document uint32) error {
	printer, attributes, err := d.windows.printer()
	if err != nil {
		return nil // the document will tell
	}
	switch {
	case document&jobPaperOut != 0, printer&printerPaperOut != 0:
		return ErrPaperOut
	case document&(jobOffline|jobError|jobBlocked|jobIntervention|jobPaused) != 0, printer&printerTrouble != 0:
		return ErrOffline
	}
	if err := unusable(printer, attributes); err != nil {
		return fmt.Errorf("%w: %w", ErrOffline, err)
	}
	return nil
}

// unusable is why nothing can be printed until somebody does something about it. Paper, cover and jams are not
// among it: Windows learns of them while it prints and may believe in them long after.
func unusable(printer, attributes uint32) error {
	switch {
	case attributes&attributeWorkOffline != 0, printer&(printerOffline|printerNotAvailable) != 0:
		return errors.New("it is offline in Windows")
	case printer&printerPaused != 0:
		return errors.New("it is paused in Windows: resume it there")
	case printer&printerPendingDeletion != 0:
		return errors.New("it is being removed from Windows")
	}
	return nil
}

// Close removes a document that has not left the queue, or it would be printed one day without us.
func (d *Queue) Close() error {
	var all []error
	if d.job != 0 {
		all = append(all, d.windows.remove(d.job))
		d.job = 0
	}
	all = append(all, d.windows.close())
	if err := errors.Join(all...); err != nil {
		return because(ErrOffline, "close", d.name, err)
	}
	return nil
}

// What Windows says of a document (JOB_STATUS) and of a printer (PRINTER_STATUS, PRINTER_ATTRIBUTE), from
// winspool.h.
const (
	jobPaused       = 0x001
	jobError        = 0x002
	jobOffline      = 0x020
	jobPaperOut     = 0x040
	jobPrinted      = 0x080
	jobBlocked      = 0x200
	jobIntervention = 0x400
	jobComplete     = 0x1000

	printerPaused          = 0x0000_0001
	printerError           = 0x0000_0002
	printerPendingDeletion = 0x0000_0004
	printerJam             = 0x0000_0008
	printerPaperOut        = 0x0000_0010
	printerPaperProblem    = 0x0000_0040
	printerOffline         = 0x0000_0080
	printerNotAvailable    = 0x0000_1000
	printerIntervention    = 0x0010_0000
	printerDoorOpen        = 0x0040_0000
	printerTrouble         = printerError | printerJam | printerPaperProblem | printerIntervention | printerDoorOpen

	attributeWorkOffline = 0x0400
)
