package client

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// answerBytesMax bounds an answer read into memory.
const answerBytesMax = 512 << 20

// problemBytesMax bounds the answer that says why there is no stream.
const problemBytesMax = 1 << 20

// ErrNoNode says that no node answers at the address.
var ErrNoNode = errors.New("no node answers")

// Client calls one node.
type Client struct {
	base        string
	token       string
	http        *http.Client
	answerBytes int64 // the largest answer that is read
}

// New returns a client of the node at base ("http://127.0.0.1:8480").
func New(base, token string) *Client {
	return &Client{base: strings.TrimRight(base, "/"), token: token, http: &http.Client{}, answerBytes: answerBytesMax}
}

// Over returns a client that reaches the same node by a transport of the caller's,
// for one that is in another network namespace or behind a tunnel.
func (c *Client) Over(t http.RoundTripper) *Client {
	other := *c
	other.http = &http.Client{Transport: t}
	return &other
}

// Problem is an error answer of the node (RFC 9457).
type Problem struct {
	Title  string        `json:"title"`
	Status int           `json:"status"`
	Detail string        `json:"detail"`
	Code   string        `json:"code,omitempty"`
	Kind   string        `json:"kind,omitempty"`
	Hint   string        `json:"hint,omitempty"`
	Errors []ProblemItem `json:"errors,omitempty"`
}

// ProblemItem is one of several findings.
type ProblemItem struct {
	Message  string `json:"message"`
	Location string `json:"location,omitempty"`
}

// Waiting says that an act was not done: it waits for a second person's approval.
type Waiting struct {
	ID string // of the pending act
}

// Error returns what to do.
func (w *Waiting) Error() string { return "this act waits for a second person's approval as " + w.ID }

// Error returns the detail and the single findings.
func (p *Problem) Error() string {
	var b strings.Builder
	b.WriteString(p.Detail)
	for _, e := range p.Errors {
		fmt.Fprintf(&b, "; %s", e.Message)
		if e.Location != "" {
			fmt.Fprintf(&b, " (%s)", e.Location)
		}
	}
	return b.String()
}

// Get reads JSON from path into out.
func (c *Client) Get(ctx context.Context, path string, out any) error {
	return c.call(ctx, http.MethodGet, path, nil, "", out)
}

// Post sends in as JSON and reads the answer into out, which may be nil.
func (c *Client) Post(ctx context.Context, path string, in, out any) error {
	body, err := json.Marshal(in)
	if err != nil {
		return fmt.Errorf("couldn't encode the request: %w", err)
	}
	return c.call(ctx, http.MethodPost, path, bytes.NewReader(body), "application/json", out)
}

// Put asks for a change that needs no body.
func (c *Client) Put(ctx context.Context, path string) error {
	return c.call(ctx, http.MethodPut, path, nil, "", nil)
}

// Delete ends what is at path.
func (c *Client) Delete(ctx context.Context, path string) error {
	return c.call(ctx, http.MethodDelete, path, nil, "", nil)
}

// Upload sends a body as it is and reads the answer into out.
func (c *Client) Upload(ctx context.Context, path, mediaType string, body io.Reader, out any) error {
	return c.call(ctx, http.MethodPost, path, body, mediaType, out)
}

// File reads a binary answer.
func (c *Client) File(ctx context.Context, path string) ([]byte, error) {
	var b []byte
	err := c.call(ctx, http.MethodGet, path, nil, "", &b)
	return b, err
}

// Backup asks for a backup of the node; close the stream. It is of any size.
func (c *Client) Backup(ctx context.Context) (io.ReadCloser, error) { return c.BackupAlone(ctx, "") }

// BackupAlone is Backup in need, by the owner, where two persons should have permitted
// it and can't: the reason stays in the audit trail, and an alarm is raised.
func (c *Client) BackupAlone(ctx context.Context, reason string) (io.ReadCloser, error) {
	return c.stream(ctx, http.MethodPost, "/api/v1/backup", breakGlass(reason))
}

// BackupHosted is BackupAlone for one organisation that the node hosts; without a reason
// it is not taken alone.
func (c *Client) BackupHosted(ctx context.Context, org, reason string) (io.ReadCloser, error) {
	return c.stream(ctx, http.MethodPost, "/api/v1/backup/hosted/"+url.PathEscape(org), breakGlass(reason))
}

// MayRestoreHosted asks whether a hosted organisation may be restored beside the running
// node, with the reason of who acts alone in need.
func (c *Client) MayRestoreHosted(ctx context.Context, org, reason string) error {
	answer, err := c.stream(ctx, http.MethodPost, "/api/v1/backup/hosted/"+url.PathEscape(org)+"/restore", breakGlass(reason))
	if err != nil {
		return err
	}
	return answer.Close()
}

// breakGlass is the header of who acts alone in need; nil without a reason.
func breakGlass(reason string) http.Header {
	header := http.Header{}
	if reason != "" {
		header.Set("Pedigree-Break-Glass", reason)
	}
	return header
}

// Export asks for everything that the organisation has on the node, in the clear;
// close the stream. It is of any size.
func (c *Client) Export(ctx context.Context) (io.ReadCloser, error) {
	return c.stream(ctx, http.MethodPost, "/api/v1/export", nil)
}

// Download reads an answer of any size as it comes; close the stream.
func (c *Client) Download(ctx context.Context, path string) (io.ReadCloser, error) {
	return c.stream(ctx, http.MethodGet, path, nil)
}

func (c *Client) stream(ctx context.Context, method, path string, header http.Header) (io.ReadCloser, error) {
	res, err := c.sendWith(ctx, method, path, nil, header)
	if err != nil {
		return nil, err
	}
	if res.StatusCode >= 400 {
		answer, err := io.ReadAll(io.LimitReader(res.Body, problemBytesMax))
		return nil, errors.Join(problemOf(res, answer), err, res.Body.Close())
	}
	return res.Body, nil
}

// send makes a request; close the answer's body.
func (c *Client) send(ctx context.Context, method, path string, body io.Reader, mediaType string) (*http.Response, error) {
	header := http.Header{}
	if mediaType != "" {
		header.Set("Content-Type", mediaType)
	}
	return c.sendWith(ctx, method, path, body, header)
}

func (c *Client) sendWith(ctx context.Context, method, path string, body io.Reader, header http.Header) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, method, c.base+path, body)
	if err != nil {
		return nil, fmt.Errorf("couldn't make the request: %w", err)
	}
	maps.Copy(req.Header, header)
	req.Header.Set("Authorization", "Bearer "+c.token)
	res, err := c.http.Do(req)
	if err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, fmt.Errorf("%w at %s: %w", ErrNoNode, c.base, err)
	}
	return res, nil
}

// problemOf reads an answer that says what went wrong.
func problemOf(res *http.Response, answer []byte) *Problem {
	p := &Problem{Status: res.StatusCode, Title: res.Status}
	if json.Unmarshal(answer, p) != nil || p.Detail == "" {
		p.Detail = fmt.Sprintf("the node answered %s: %s", res.Status, strings.TrimSpace(string(answer[:min(len(answer), 500)])))
	}
	return p
}

func (c *Client) call(ctx context.Context, method, path string, body io.Reader, mediaType string, out any) error {
	res, err := c.send(ctx, method, path, body, mediaType)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(res.Body, c.answerBytes+1))
	if err != nil {
		return fmt.Errorf("couldn't read the node's answer: %w", err)
	}
	if int64(len(answer)) > c.answerBytes {
		return fmt.Errorf("couldn't read the node's answer: it has more than %d bytes; ask for less at a time", c.answerBytes)
	}
	if res.StatusCode >= 400 {
		return problemOf(res, answer)
	}
	if id := res.Header.Get("Pedigree-Pending"); id != "" {
		return &Waiting{ID: id}
	}
	switch to := out.(type) {
	case nil:
		return nil
	case *[]byte:
		*to = answer
		return nil
	}
	if err := json.Unmarshal(answer, out); err != nil {
		return fmt.Errorf("couldn't read the node's answer: %w", err)
	}
	return nil
}

// Status is the node's view of the ledger.
type Status struct {
	Chain     string    `json:"chain"`
	Org       string    `json:"org"`
	Height    uint64    `json:"height"`
	BlockTime time.Time `json:"block_time"`
	Peers     int       `json:"peers"`
	// Misbehaved is how often a block proved that a validator broke the rules.
	Misbehaved int  `json:"misbehaved"`
	Drill      bool `json:"drill"` // a network for practice
}

// Status asks for the node's view of the ledger.
func (c *Client) Status(ctx context.Context) (Status, error) {
	var s Status
	err := c.Get(ctx, "/api/v1/status", &s)
	return s, err
}
