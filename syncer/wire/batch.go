package wire

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"

	"zegel/terminal/loyalty/ledger"
)

// HeaderRoom is more than a batch document's first two lines have in bytes:
// records of MaxDocument-HeaderRoom bytes always fit.
const HeaderRoom = 1024

// A Header is the first line of a batch document. It says nothing that varies
// from one sending to the next: the same records under the same key are the
// same bytes, whichever way they travel.
type Header struct {
	Format   int             `json:"format"`
	Terminal ledger.Terminal `json:"terminal"`
	Branch   ledger.Branch   `json:"branch"`
	Parent   ledger.Parent   `json:"parent"`
	First    int64           `json:"first"`
	Count    int             `json:"count"`
	Before   ledger.Hash     `json:"before"`    // hash of the record before the first
	LastHead ledger.Hash     `json:"last_head"` // hash of the last record
	Digest   ledger.Hash     `json:"digest"`    // SHA-256 of all bytes after the second line
	Key      KeyID           `json:"key"`       // of the terminal's key
}

// A Document is a batch that was read back and checked: its signature, its
// digest and the chain of its records.
type Document struct {
	Header  Header
	Batch   ledger.Batch
	Records []ledger.Sealed
}

// A Refusal says why head office does not take a document.
type Refusal struct {
	Type   ProblemType
	Seq    int64 // with BadChain: the first record that does not fit
	Detail string
}

func (r *Refusal) Error() string { return string(r.Type) + ": " + r.Detail }

// EncodeBatch makes the document of b, signed with the terminal's key. It is a
// function of the two and of nothing else.
func EncodeBatch(b ledger.Batch, key ed25519.PrivateKey) ([]byte, error) {
	if len(b.Lines) > ledger.MaxBatchRecords {
		return nil, fmt.Errorf("batch of %d records, at most %d", len(b.Lines), ledger.MaxBatchRecords)
	}
	last := b.Before
	var records []byte
	for _, l := range b.Lines {
		records = appendRecord(records, l)
		last = ledger.HeadHash(l.Head)
	}
	public, ok := key.Public().(ed25519.PublicKey)
	if !ok {
		return nil, errors.New("batch: not an Ed25519 key")
	}
	first, err := json.Marshal(Header{
		Format: Format, Terminal: b.Terminal, Branch: b.Branch, Parent: b.Parent, First: b.First, Count: len(b.Lines),
		Before: b.Before, LastHead: last, Digest: sha256.Sum256(records), Key: IDOf(public),
	})
	if err != nil {
		return nil, fmt.Errorf("batch: %w", err)
	}
	doc, err := seal(key, tagBatch, first)
	if err != nil {
		return nil, fmt.Errorf("batch: %w", err)
	}
	if n := len(doc) + len(records); n > MaxDocument {
		return nil, fmt.Errorf("batch of %d bytes, at most %d", n, MaxDocument)
	}
	return append(doc, records...), nil
}

func appendRecord(b []byte, l ledger.Line) []byte {
	b = append(append(b, l.Head...), '\n')
	if l.Body == nil {
		return append(b, "null\n"...)
	}
	return append(append(b, l.Body...), '\n')
}

// ParseBatch reads a document and checks everything about it that does not
// need a database. Its error is a *Refusal.
func ParseBatch(doc []byte, key ed25519.PublicKey) (Document, error) {
	if len(doc) > MaxDocument {
		return Document{}, &Refusal{Type: TooLarge, Detail: fmt.Sprintf("%d bytes, at most %d", len(doc), MaxDocument)}
	}
	header, err := peekHeader(doc)
	if err != nil {
		return Document{}, err
	}
	_, records, err := open(key, tagBatch, doc)
	if err != nil {
		return Document{}, &Refusal{Type: BadSignature, Detail: err.Error()}
	}
	if header.Key != IDOf(key) {
		return Document{}, &Refusal{Type: BadSignature, Detail: "signed with another key than it names"}
	}
	if sha256.Sum256(records) != header.Digest {
		return Document{}, &Refusal{Type: DigestMismatch, Detail: "the records are not those the header was made for"}
	}
	return header.records(records)
}

// peekHeader reads the first line, which nothing vouches for yet.
func peekHeader(doc []byte) (Header, error) {
	first, _, _ := bytes.Cut(doc, []byte{'\n'})
	var h Header
	if err := ledger.CheckLine(first); err != nil {
		return h, &Refusal{Type: Malformed, Detail: "header: " + err.Error()}
	}
	var format struct {
		Format int `json:"format"`
	}
	if err := json.Unmarshal(first, &format); err != nil {
		return h, &Refusal{Type: Malformed, Detail: "header: " + err.Error()}
	}
	if format.Format != Format {
		return h, &Refusal{Type: UnsupportedFormat, Detail: fmt.Sprintf("format %d", format.Format)}
	}
	if err := json.Unmarshal(first, &h); err != nil {
		return h, &Refusal{Type: Malformed, Detail: "header: " + err.Error()}
	}
	if again, err := json.Marshal(h); err != nil || !bytes.Equal(again, first) {
		return h, &Refusal{Type: Malformed, Detail: "header: not written as format 1 has it"}
	}
	if h.First < 1 || h.Count < 0 || h.Count > ledger.MaxBatchRecords {
		return h, &Refusal{Type: TooLarge, Detail: fmt.Sprintf("%d records from %d, at most %d", h.Count, h.First, ledger.MaxBatchRecords)}
	}
	return h, nil
}

// records cuts the record lines and follows their chain.
func (h Header) records(b []byte) (Document, error) {
	doc := Document{Header: h, Batch: ledger.Batch{Terminal: h.Terminal, Branch: h.Branch, Parent: h.Parent, First: h.First, Before: h.Before}}
	lines := bytes.Split(b, []byte{'\n'})
	if len(lines) != 2*h.Count+1 || len(lines[2*h.Count]) != 0 {
		return Document{}, &Refusal{Type: DigestMismatch, Detail: fmt.Sprintf("not %d records", h.Count)}
	}
	for i := range h.Count {
		line := ledger.Line{Head: lines[2*i], Body: lines[2*i+1]}
		switch {
		case string(line.Body) == "null":
			line.Body = nil
		case len(line.Body) == 0:
			return Document{}, &Refusal{Type: BadChain, Seq: h.First + int64(i), Detail: "has no body line"}
		}
		doc.Batch.Lines = append(doc.Batch.Lines, line)
	}
	if h.First == 1 && h.Before != ledger.Root(h.Terminal, h.Branch, h.Parent) {
		return Document{}, &Refusal{Type: BadChain, Seq: 1, Detail: "does not begin at its branch's root"}
	}
	records, tip, err := doc.Batch.Records()
	if err != nil {
		refusal := &Refusal{Type: BadChain, Detail: err.Error()}
		var chain *ledger.ChainError
		if errors.As(err, &chain) {
			refusal.Seq = chain.Seq
		}
		return Document{}, refusal
	}
	if tip.Hash != h.LastHead {
		return Document{}, &Refusal{Type: BadChain, Seq: tip.Seq, Detail: "ends in another head than the header says"}
	}
	doc.Records = records
	return doc, nil
}

// ReadBatch reads a document that ParseBatch took before, as it lies in the
// inbox: it follows the chain but asks for no key.
func ReadBatch(doc []byte) (Document, error) {
	header, err := peekHeader(doc)
	if err != nil {
		return Document{}, err
	}
	_, rest, _ := bytes.Cut(doc, []byte{'\n'})
	_, records, _ := bytes.Cut(rest, []byte{'\n'})
	return header.records(records)
}
