package device_test

import (
	"errors"
	"testing"

	"zegel/printer/device"
)

func TestQueueThatWindowsDoesNotKnow(t *testing.T) {
	if _, err := device.OpenQueue(t.Context(), "no printer has this name"); !errors.Is(err, device.ErrAbsent) {
		t.Errorf("opened: %v", err)
	}
}

func TestListAsksWindows(t *testing.T) {
	all, err := device.List(t.Context())
	if err != nil {
		t.Error(err)
	}
	for _, f := range all {
		if f.Path == "" {
			t.Errorf("found %+v, which cannot be opened", f)
		}
	}
}
