package device

import (
	"context"
	"errors"
	"fmt"
	"unsafe"

	"golang.org/x/sys/windows"
)

// A winspool holds the calls of winspool.drv that are needed. It is a library of Windows, so only the system's
// own folder is looked into.
type winspool struct {
	open, close, begin, beginPage, write, endPage, end, abort, job, change, printer, list *windows.LazyProc
}

func loadWinspool() winspool {
	dll := windows.NewLazySystemDLL("winspool.drv")
	return winspool{
		open: dll.NewProc("OpenPrinterW"), close: dll.NewProc("ClosePrinter"),
		begin: dll.NewProc("StartDocPrinterW"), beginPage: dll.NewProc("StartPagePrinter"),
		write: dll.NewProc("WritePrinter"), endPage: dll.NewProc("EndPagePrinter"), end: dll.NewProc("EndDocPrinter"),
		abort: dll.NewProc("AbortPrinter"), job: dll.NewProc("GetJobW"), change: dll.NewProc("SetJobW"),
		printer: dll.NewProc("GetPrinterW"), list: dll.NewProc("EnumPrintersW"),
	}
}

// call gives the first result, which is zero on failure. What the arguments point to must stay where it is until
// then, which the directive sees to.
//
//go:uintptrescapes
func call(proc *windows.LazyProc, arguments ...uintptr) (uintptr, error) {
	if err := proc.Find(); err != nil {
		return 0, err
	}
	result, _, err := proc.Call(arguments...)
	if result == 0 {
		return 0, fmt.Errorf("%s: %w", proc.Name, err)
	}
	return result, nil
}

// A windowsSpooler is an open printer of Windows.
type windowsSpooler struct {
	winspool
	handle uintptr
}

func openSpooler(name string) (spooler, error) {
	text, err := windows.UTF16PtrFromString(name)
	if err != nil {
		return nil, because(ErrAbsent, "open the printer", name, err)
	}
	s := &windowsSpooler{winspool: loadWinspool()}
	_, err = call(s.winspool.open, uintptr(unsafe.Pointer(text)), uintptr(unsafe.Pointer(&s.handle)), 0)
	switch {
	case errors.Is(err, windows.ERROR_ACCESS_DENIED):
		return nil, because(ErrDenied, "open the printer", name, err)
	case err != nil:
		return nil, because(ErrAbsent, "open the printer", name, err)
	}
	return s, nil
}

func (s *windowsSpooler) begin(title string) (uint32, error) {
	type docInfo1 struct{ name, file, kind *uint16 }
	text, err := windows.UTF16PtrFromString(title)
	if err != nil {
		return 0, err
	}
	// RAW: no driver may turn our bytes into a page of its own.
	kind, err := windows.UTF16PtrFromString("RAW")
	if err != nil {
		return 0, err
	}
	info := docInfo1{name: text, kind: kind}
	job, err := call(s.winspool.begin, s.handle, 1, uintptr(unsafe.Pointer(&info)))
	if err != nil {
		return 0, err
	}
	if _, err := call(s.beginPage, s.handle); err != nil {
		return 0, errors.Join(err, s.abandon())
	}
	return uint32(job), nil
}

func (s *windowsSpooler) write(p []byte) (int, error) {
	var written uint32
	_, err := call(s.winspool.write, s.handle, uintptr(unsafe.Pointer(unsafe.SliceData(p))), uintptr(len(p)), uintptr(unsafe.Pointer(&written)))
	return int(written), err
}

func (s *windowsSpooler) end() error {
	_, err := call(s.endPage, s.handle)
	_, ended := call(s.winspool.end, s.handle)
	return errors.Join(err, ended)
}

func (s *windowsSpooler) abandon() error {
	_, err := call(s.abort, s.handle)
	return err
}

func (s *windowsSpooler) remove(job uint32) error {
	const jobControlDelete = 5
	_, err := call(s.change, s.handle, uintptr(job), 0, 0, jobControlDelete)
	if errors.Is(err, windows.ERROR_INVALID_PARAMETER) {
		return nil // it has left in the meantime
	}
	return err
}

func (s *windowsSpooler) close() error {
	_, err := call(s.winspool.close, s.handle)
	return err
}

func (s *windowsSpooler) document(job uint32) (flags uint32, queued bool, err error) {
	// JOB_INFO_1W
	type jobInfo1 struct {
		id                                                             uint32
		printer, machine, user, document, datatype, statusText         *uint16
		status, priority, position, totalPages, pagesPrinted           uint32
		year, month, dayOfWeek, day, hour, minute, second, millisecond uint16
	}
	buffer, _, err := sized(func(buffer *byte, size uint32, needed, _ *uint32) error {
		_, err := call(s.job, s.handle, uintptr(job), 1, uintptr(unsafe.Pointer(buffer)), uintptr(size), uintptr(unsafe.Pointer(needed)))
		return err
	})
	switch {
	case errors.Is(err, windows.ERROR_INVALID_PARAMETER), errors.Is(err, windows.ERROR_SUCCESS):
		return 0, false, nil // no such document any more; Wine fails without a reason then
	case err != nil:
		return 0, false, err
	}
	return (*jobInfo1)(unsafe.Pointer(unsafe.SliceData(buffer))).status, true, nil
}

// A printerInfo2 is PRINTER_INFO_2W.
type printerInfo2 struct {
	server, printer, share, port, driver, comment, location             *uint16
	devMode                                                             uintptr
	separatorFile, processor, datatype, parameters                      *uint16
	security                                                            uintptr
	attributes, priority, defaultPriority, startTime, untilTime, status uint32
	jobs, averagePPM                                                    uint32
}

func (s *windowsSpooler) printer() (flags, attributes uint32, err error) {
	buffer, _, err := sized(func(buffer *byte, size uint32, needed, _ *uint32) error {
		_, err := call(s.winspool.printer, s.handle, 2, uintptr(unsafe.Pointer(buffer)), uintptr(size), uintptr(unsafe.Pointer(needed)))
		return err
	})
	if err != nil {
		return 0, 0, err
	}
	info := (*printerInfo2)(unsafe.Pointer(unsafe.SliceData(buffer)))
	return info.status, info.attributes, nil
}

// sized asks as often as it takes to have room for the answer, which may grow between two questions. count is
// what ask says of the number of its parts.
func sized(ask func(buffer *byte, size uint32, needed, count *uint32) error) (buffer []byte, count uint32, err error) {
	buffer = make([]byte, 1024)
	for range 10 {
		var needed uint32
		err = ask(unsafe.SliceData(buffer), uint32(len(buffer)), &needed, &count)
		if !errors.Is(err, windows.ERROR_INSUFFICIENT_BUFFER) {
			return buffer, count, err
		}
		buffer = make([]byte, needed)
	}
	return nil, 0, err
}

// List gives the printers that Windows knows, those of other machines among them that this user has added.
func List(ctx context.Context) ([]Found, error) {
	const local, connections = 2, 4 // PRINTER_ENUM
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	list := loadWinspool().list
	buffer, count, err := sized(func(buffer *byte, size uint32, needed, count *uint32) error {
		_, err := call(list, local|connections, 0, 2, uintptr(unsafe.Pointer(buffer)), uintptr(size),
			uintptr(unsafe.Pointer(needed)), uintptr(unsafe.Pointer(count)))
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list the printers of Windows: %w", err)
	}
	var all []Found
	if count > 0 {
		for _, p := range unsafe.Slice((*printerInfo2)(unsafe.Pointer(unsafe.SliceData(buffer))), count) {
			all = append(all, Found{Path: windows.UTF16PtrToString(p.printer), Model: windows.UTF16PtrToString(p.driver)})
		}
	}
	return all, nil
}
