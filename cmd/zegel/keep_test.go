package main

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"
)

func TestAPartStoppedByTheDatabaseStartsAgainAndSaysSoOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		ctx, stop := context.WithCancel(t.Context())
		starts := 0
		began := time.Now()
		err := keep(ctx, zerolog.New(&log).Level(zerolog.ErrorLevel), func(context.Context) error {
			switch starts++; {
			case starts <= 3:
				return errors.New("claim job 7: no space left for the database")
			case starts == 4:
				return errors.New("claim job 7: the database file cannot be read or written")
			}
			stop()
			return errors.New("read the printer's jobs: interrupted")
		})()
		if err != nil || starts != 5 || time.Since(began) != 4*again {
			t.Errorf("%d starts in %v, ended with %v", starts, time.Since(began), err)
		}
		if lines := strings.Count(log.String(), "\n"); lines != 2 {
			t.Errorf("the log has %d lines, want one for each kind of trouble:\n%s", lines, log.String())
		}
	})
}
