//go:build linux

package hostile

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"
)

// Attack is one request that means harm.
type Attack struct {
	Name   string // a sentence's subject
	Method string
	Path   string
	Type   string            // of the body
	Header map[string]string // beside it
	Body   func() io.Reader  // nil: none
	Raw    func() io.Reader  // instead of all that: what is written to the connection

	// Status is the one that a refusal has; 0: any of the 4xx.
	Status int

	// Taken says that the node may do what is asked: it is large or strange, and
	// still right. All else has to be refused.
	Taken bool
}

// Answer is what came of an attack.
type Answer struct {
	Status int // 0: the connection was closed without an answer
	Took   time.Duration
	Kind   string // media type
	Text   []byte
}

// refusedReport is what the report on a document says that was not taken.
var refusedReport = []byte(`"stage":"refused"`)

// Fault says what is wrong with the answer to an attack, or nothing. A refusal
// names a status of the 4xx and explains itself, or is the report on a document. A
// connection may be closed while its client still writes, which loses the answer.
func (a Attack) Fault(got Answer) string {
	switch {
	case got.Status == 0 && (a.Raw != nil || a.Body != nil):
		return ""
	case got.Status == 0:
		return "the connection was closed without an answer"
	case a.Status != 0 && got.Status != a.Status:
		return fmt.Sprintf("it was answered %d and not %d: %.200s", got.Status, a.Status, got.Text)
	case got.Status < 400 && !a.Taken && !bytes.Contains(got.Text, refusedReport):
		return fmt.Sprintf("it was taken: %d %.200s", got.Status, got.Text)
	case got.Status >= 500:
		return fmt.Sprintf("it was answered %d %.200s", got.Status, got.Text)
	case got.Status >= 400 && got.Kind == "application/problem+json" && !json.Valid(got.Text):
		return fmt.Sprintf("the refusal can't be read: %.200s", got.Text)
	}
	return ""
}

// Attack sends one attack as an authenticated client and reads the answer.
func (n *Node) Attack(ctx context.Context, a Attack) (Answer, error) {
	ctx, cancel := context.WithTimeout(ctx, answerWait)
	defer cancel()
	began := time.Now()
	if a.Raw != nil {
		return n.raw(ctx, a, began)
	}
	var body io.Reader
	if a.Body != nil {
		body = a.Body()
	}
	r, err := http.NewRequestWithContext(ctx, a.Method, "http://"+n.Addr+a.Path, body)
	if err != nil {
		return Answer{}, fmt.Errorf("couldn't make the request: %w", err)
	}
	r.Header.Set("Authorization", "Bearer "+n.token)
	if a.Type != "" {
		r.Header.Set("Content-Type", a.Type)
	}
	for name, value := range a.Header {
		r.Header.Set(name, value)
	}
	res, err := n.client.Do(r)
	return answerOf(res, err, began)
}

// raw writes to a connection of its own until the node closes it or answers.
func (n *Node) raw(ctx context.Context, a Attack, began time.Time) (Answer, error) {
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", n.Addr)
	if err != nil {
		return Answer{}, fmt.Errorf("couldn't connect: %w", err)
	}
	defer conn.Close()
	end, _ := ctx.Deadline()
	if err := conn.SetDeadline(end); err != nil {
		return Answer{}, err
	}
	go func() { _, _ = io.Copy(conn, a.Raw()) }() // ends with the connection
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	return answerOf(res, err, began)
}

// answerOf reads an answer. A connection that the node closed is one too; a node
// that says nothing in time is an error.
func answerOf(res *http.Response, err error, began time.Time) (Answer, error) {
	var late net.Error
	switch {
	case errors.As(err, &late) && late.Timeout():
		return Answer{}, fmt.Errorf("no answer after %s: %w", time.Since(began).Round(time.Second), err)
	case err != nil:
		return Answer{Took: time.Since(began)}, nil
	}
	defer res.Body.Close()
	text, err := io.ReadAll(io.LimitReader(res.Body, answerMost))
	if err != nil && len(text) == 0 {
		return Answer{}, fmt.Errorf("couldn't read the answer: %w", err)
	}
	return Answer{Status: res.StatusCode, Took: time.Since(began), Kind: res.Header.Get("Content-Type"), Text: text}, nil
}
