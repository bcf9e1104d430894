// Command awards is a daemon whose limits on how often it may be called are
// off, so that what many awards leave behind in memory can be seen in a minute.
//
//	awards PROGRAMME FOLDER N
//
// It prints its memory before and after N awards through a desk: proportional
// set size and resident set size in KB.
package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/rs/zerolog"

	"zegel/scanner/serialport"
	"zegel/store"
	"zegel/terminal"
	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/member"
	"zegel/terminal/loyalty/programme/file"
	"zegel/terminal/loyalty/session"
	"zegel/terminal/pos"
)

func main() {
	if len(os.Args) != 4 {
		log.Fatal("usage: awards PROGRAMME FOLDER N")
	}
	n, err := strconv.Atoi(os.Args[3])
	if err == nil {
		err = run(context.Background(), os.Args[1], os.Args[2], n)
	}
	if err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, programme, folder string, n int) error {
	doc, err := os.ReadFile(programme)
	if err != nil {
		return err
	}
	rules, err := file.Parse(doc)
	if err != nil {
		return err
	}
	zone, err := time.LoadLocation(rules.Zone)
	if err != nil {
		return err
	}
	db, err := store.Open(ctx, store.Config{
		Path: filepath.Join(folder, "zegel.db"), Mark: filepath.Join(folder, "mark", "mark.json"),
		Now: time.Now, Rand: rand.Reader, Log: zerolog.Nop(),
	})
	if err != nil {
		return err
	}
	defer db.Close()
	secret := make([]byte, member.KeySize)
	rand.Read(secret)
	key, err := member.NewChainKey(secret)
	if err != nil {
		return err
	}
	desk, err := terminal.New(terminal.Config{
		Lane: "kassa1", Store: db, Rules: rules, Keys: []member.ChainKey{key}, Zone: zone, Now: time.Now,
		Trusted: db.TrustsClock, Rand: rand.Reader, Posted: func() {}, Log: zerolog.Nop(),
	})
	if err != nil {
		return err
	}
	if _, err := serialport.Open(serialport.Config{Path: "/dev/null"}); err == nil { // as much of it as a daemon without a scanner uses
		return fmt.Errorf("/dev/null is no serial line")
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	till := pos.Handler(pos.Config{Desk: func(string) (pos.Desk, bool) { return desk, true }, Stopping: ctx.Done(), Log: zerolog.Nop()})
	// They end with the process.
	go http.Serve(listener, till)
	go db.RunCheckpoints(ctx, 2*time.Second)
	if err := printMemory(); err != nil {
		return err
	}
	for i := range n {
		if err := award(ctx, desk, i); err != nil {
			return err
		}
	}
	return printMemory()
}

func award(ctx context.Context, desk *terminal.Desk, i int) error {
	if _, err := desk.Identify(ctx, card(i%1000), ledger.ByTill); err != nil {
		return err
	}
	b := basket.Basket{Key: basket.Key{Till: "1", Day: "2026-11-22", ID: fmt.Sprintf("%08d", i)}, Currency: "EUR"}
	for l := range 3 {
		line := basket.Line{ID: strconv.Itoa(l + 1), Product: "8710400000000", Name: "Halfvolle melk 1 l", Quantity: 1000, Amount: basket.Money(99 + 10*l)}
		b.Lines, b.Total = append(b.Lines, line), b.Total+line.Amount
	}
	_, err := desk.Sale(ctx, session.Sale{Basket: b})
	return err
}

// card is the EAN-13 of card n.
func card(n int) string {
	digits, sum := fmt.Sprintf("29%010d", n), 0
	for i, c := range digits {
		sum += (1 + 2*(i%2)) * int(c-'0')
	}
	return digits + strconv.Itoa((10-sum%10)%10)
}

func printMemory() error {
	text, err := os.ReadFile("/proc/self/smaps_rollup")
	if err != nil {
		return err
	}
	for line := range strings.Lines(string(text)) {
		if f := strings.Fields(line); f[0] == "Pss:" || f[0] == "Rss:" {
			fmt.Println(f[0], f[1])
		}
	}
	return nil
}
