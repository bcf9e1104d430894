package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"

	"golang.org/x/sync/errgroup"
)

// An officeLine is the line to head office.
type officeLine struct{}

func (d *daemon) newOfficeLine(context.Context) (*officeLine, error) { return nil, nil }

func (o *officeLine) start(context.Context, *errgroup.Group) {}

func (o *officeLine) wake() {}

func (o *officeLine) status() officeStatus { return officeStatus{State: "alone"} }

// checkOfficeURL refuses an address over which keys would travel in the open.
func checkOfficeURL(text string) error {
	u, err := url.Parse(text)
	switch {
	case err != nil:
		return fmt.Errorf("%q: %w", text, err)
	case u.Host == "" || (u.Scheme != "https" && u.Scheme != "http"):
		return fmt.Errorf("%q: need https:// and a host", text)
	case u.Scheme == "http" && !net.ParseIP(u.Hostname()).IsLoopback():
		return errors.New("plain http is for a head office on this PC: need https://")
	}
	return nil
}
