// Command floor is the least that a program can be that does a part of a
// shop's work: what benchmarks of the daemon are divided by. It links what the
// daemon links.
//
//	floor idle DB LINE            opens both, serves HTTP, says when a line was read and a row looked up for it
//	floor serve DB STATEMENTS N   answers every POST after running the next award's statements, up to N awards a commit
//
// The first thing it prints is its address.
package main

import (
	"bufio"
	"encoding/gob"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"strconv"

	"github.com/rs/zerolog"

	"zegel/scanner/serialport"
	"zegel/store/sqlite/floortest"
)

func main() {
	log := zerolog.New(os.Stderr).With().Timestamp().Logger()
	var err error
	switch {
	case len(os.Args) == 4 && os.Args[1] == "idle":
		err = idle(os.Args[2], os.Args[3])
	case len(os.Args) == 5 && os.Args[1] == "serve":
		err = serve(os.Args[2], os.Args[3], os.Args[4])
	default:
		err = errors.New("usage: floor idle DB LINE | floor serve DB STATEMENTS N")
	}
	log.Fatal().Err(err).Msg("floor")
}

func idle(database, line string) error {
	db, err := floortest.Open(database)
	if err != nil {
		return err
	}
	port, err := serialport.Open(serialport.Config{Path: line})
	if err != nil {
		return err
	}
	listener, err := listen()
	if err != nil {
		return err
	}
	failed := make(chan error, 2)
	go func() { failed <- http.Serve(listener, http.NotFoundHandler()) }()
	go func() { // main waits for the first of the two to fail
		lines := bufio.NewScanner(port)
		for lines.Scan() {
			n, err := db.Number("SELECT count(*) FROM identifiers WHERE ref = x'00'")
			if err != nil {
				failed <- err
				return
			}
			fmt.Println("read", len(lines.Bytes()), n)
		}
		failed <- errors.Join(errors.New("the line ended"), lines.Err())
	}()
	return <-failed
}

func listen() (net.Listener, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err == nil {
		fmt.Println(l.Addr())
	}
	return l, err
}

// A sale is what a till sends, as far as anybody has to read it to answer.
type sale struct {
	Basket struct {
		Key struct {
			Till string `json:"till"`
			Day  string `json:"day"`
			ID   string `json:"id"`
		} `json:"key"`
		Currency string `json:"currency"`
		Total    int64  `json:"total"`
		Lines    []struct {
			ID       string `json:"id"`
			Product  string `json:"product"`
			Name     string `json:"name"`
			Quantity int64  `json:"quantity"`
			Amount   int64  `json:"amount"`
		} `json:"lines"`
	} `json:"basket"`
}

type answer struct {
	Record  string   `json:"record"`
	Code    string   `json:"code"`
	Account string   `json:"account"`
	Card    string   `json:"card"`
	Earned  []amount `json:"earned"`
	Balance []amount `json:"balance"`
}

type amount struct {
	Wallet string `json:"wallet"`
	Points int64  `json:"thousandths"`
}

// serve has one writer, which takes whatever waits into one commit.
func serve(database, statements, most string) error {
	n, err := strconv.Atoi(most)
	if err != nil {
		return err
	}
	awards, err := read(statements)
	if err != nil {
		return err
	}
	db, err := floortest.Open(database)
	if err != nil {
		return err
	}
	waiting, failed := make(chan chan struct{}, 1024), make(chan error, 2)
	go func() { failed <- write(db, awards, waiting, n) }() // main waits for it
	listener, err := listen()
	if err != nil {
		return err
	}
	handler := func(w http.ResponseWriter, r *http.Request) {
		var s sale
		if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 256<<10)).Decode(&s); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		done := make(chan struct{})
		waiting <- done
		<-done
		points := []amount{{"points", s.Basket.Total * 10}}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusCreated)
		json.NewEncoder(w).Encode(answer{s.Basket.Key.Till, s.Basket.Key.ID, s.Basket.Key.Day, s.Basket.Currency, points, points})
	}
	go func() { failed <- http.Serve(listener, http.HandlerFunc(handler)) }()
	return <-failed
}

func write(db *floortest.Floor, awards [][]floortest.Statement, waiting <-chan chan struct{}, most int) error {
	for done := range waiting {
		together := []chan struct{}{done}
	more:
		for len(together) < most {
			select {
			case another := <-waiting:
				together = append(together, another)
			default:
				break more
			}
		}
		if len(together) > len(awards) {
			return errors.New("there are no more awards that were recorded")
		}
		if err := db.Run(awards[:len(together)]...); err != nil {
			return err
		}
		awards = awards[len(together):]
		for _, done := range together {
			close(done)
		}
	}
	return nil
}

func read(path string) (awards [][]floortest.Statement, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return awards, gob.NewDecoder(f).Decode(&awards)
}
