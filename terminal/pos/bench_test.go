package pos_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/rs/zerolog"

	"zegel/terminal/loyalty/session"
	"zegel/terminal/pos"
)

// idle is a desk that does nothing and remembers nothing.
type idle struct{ desk }

func (*idle) Sale(context.Context, session.Sale) (session.Answer, error) {
	return session.Answer{}, nil
}

func idleShop() http.Handler {
	return pos.Handler(pos.Config{
		Language: "nl", Log: zerolog.New(io.Discard).Level(zerolog.InfoLevel),
		Desk: func(string) (pos.Desk, bool) { return &idle{}, true },
	})
}

func saleOf(lines int) []byte {
	one := `{"id":"1","product":"8710400000013","name":"Volle melk 1 l","quantity":1000,"amount":139}`
	return []byte(fmt.Sprintf(`{"basket":{%s,"currency":"EUR","total":%d,"lines":[%s],"tenders":[{"kind":"card","amount":%d}]},"operator":"Anna"}`,
		key, lines*139, strings.TrimSuffix(strings.Repeat(one+",", lines), ","), lines*139))
}

// What the handler adds to an award: reading and holding against the shape,
// and writing the answer.
func BenchmarkSale(b *testing.B) {
	for _, lines := range []int{3, 30, 80} {
		b.Run(fmt.Sprintf("lines=%d", lines), func(b *testing.B) {
			h, body := idleShop(), saleOf(lines)
			b.SetBytes(int64(len(body)))
			b.ReportAllocs()
			for b.Loop() {
				w := httptest.NewRecorder()
				h.ServeHTTP(w, httptest.NewRequestWithContext(b.Context(), http.MethodPost, sales, bytes.NewReader(body)))
				if w.Code != http.StatusCreated {
					b.Fatal(w.Body)
				}
			}
		})
	}
}

// The same over loopback and one connection, beside a handler that reads the
// body and answers as much.
func BenchmarkSaleOverHTTP(b *testing.B) {
	body := saleOf(3)
	answer := bytes.Repeat([]byte("x"), 150)
	floor := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, err := io.Copy(io.Discard, r.Body); err != nil {
			return
		}
		w.WriteHeader(http.StatusCreated)
		_, _ = w.Write(answer)
	})
	for name, h := range map[string]http.Handler{"floor": floor, "pos": idleShop()} {
		b.Run(name, func(b *testing.B) {
			server := httptest.NewServer(h)
			defer server.Close()
			b.ReportAllocs()
			for b.Loop() {
				r, err := server.Client().Post(server.URL+sales, "application/json", bytes.NewReader(body))
				if err != nil {
					b.Fatal(err)
				}
				if _, err := io.Copy(io.Discard, r.Body); err != nil || r.StatusCode != http.StatusCreated {
					b.Fatal(r.Status, err)
				}
				if err := r.Body.Close(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// hello has to answer within 5 ms; it takes a thousandth of that.
func BenchmarkHello(b *testing.B) {
	h := idleShop()
	for b.Loop() {
		h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(b.Context(), http.MethodGet, "/v1/hello", nil))
	}
}

func BenchmarkStart(b *testing.B) {
	for b.Loop() {
		idleShop()
	}
}
