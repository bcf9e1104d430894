// Command scans reads serial lines with the shop's own parts and prints a line for every code:
//
//	scans LINE...
//
// It says "ready" for each line that is open. Benchmarks run it beside
// readline.js, which does the same with another library.
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"os/signal"
	"sync"

	"zegel/scanner"
	"zegel/scanner/frame"
	"zegel/scanner/serialport"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	var readers sync.WaitGroup
	for _, path := range os.Args[1:] {
		readers.Go(func() {
			if err := reader(path).Run(ctx); err != nil {
				log.Fatal(err)
			}
		})
	}
	readers.Wait()
}

func reader(path string) *scanner.Reader {
	line := serialport.NewLine(serialport.Config{Path: path, Baud: 115200})
	return scanner.New(scanner.Config{
		Name:   path,
		Open:   func() (scanner.Port, error) { return line.Open() },
		Framer: frame.NewLine(frame.LineConfig{}),
		OnScan: func(_ context.Context, s scanner.Scan) scanner.Verdict {
			fmt.Println(s.Text)
			return scanner.Silent
		},
		OnState: func(s scanner.State) {
			if s == scanner.Ready {
				fmt.Println("ready")
			}
		},
	})
}
