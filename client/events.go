package client

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Limits of a stream of events.
const (
	eventBytesMax = 1 << 20 // of one event
	// againDefault is after how long a lost stream is asked for again, where the node
	// doesn't say, againMax the longest that it can say.
	againDefault = 3 * time.Second
	againMax     = time.Minute
	// failuresMax is how often in a row a stream that was lost may fail to come back.
	failuresMax = 60
)

// Event is one event of a stream (server-sent events, HTML Living Standard 9.2).
type Event struct {
	ID   string // by which the stream goes on after it
	Name string
	Data []byte
}

// Events reads the events at path until take returns an error or ctx ends. A stream that
// ends goes on after the last event; ErrEnough, returned by take, ends it for good
// without an error. What the node refuses is a *Problem.
//
//	err := c.Events(ctx, "/api/v1/docks/1/events", func(e client.Event) error {
//		fmt.Printf("%s %s\n", e.Name, e.Data)
//		return nil
//	})
func (c *Client) Events(ctx context.Context, path string, take func(Event) error) error {
	d := eventReader{again: againDefault, id: ""}
	for failures := 0; ; {
		came, err := c.events(ctx, path, &d, take)
		var refused *Problem
		switch {
		case errors.Is(err, ErrEnough):
			return nil
		case ctx.Err() != nil:
			return ctx.Err()
		case errors.As(err, &refused) && refused.Status < http.StatusInternalServerError, d.failed:
			return err
		}
		if failures++; came {
			failures = 0
		}
		if failures == failuresMax {
			return fmt.Errorf("couldn't read the events any longer: %w", errors.Join(err, ErrNoNode))
		}
		select {
		case <-time.After(d.again):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// ErrEnough ends a stream of events from within.
var ErrEnough = errors.New("enough events were read")

// events reads one answer, and tells whether any event came.
func (c *Client) events(ctx context.Context, path string, d *eventReader, take func(Event) error) (came bool, err error) {
	header := http.Header{"Accept": {"text/event-stream"}}
	if d.id != "" {
		header.Set("Last-Event-ID", d.id)
	}
	answer, err := c.stream(ctx, http.MethodGet, path, header)
	if err != nil {
		return false, err
	}
	defer answer.Close()
	err = d.read(answer, func(e Event) error {
		came = true
		if err := take(e); err != nil {
			d.failed = true
			return err
		}
		return nil
	})
	return came, err
}

// eventReader reads streams, one after another, that go on from each other.
type eventReader struct {
	id     string
	again  time.Duration
	failed bool // the events' reader wants no more
}

// read reads a stream to its end. What stands after the last empty line is no event.
func (d *eventReader) read(in io.Reader, take func(Event) error) error {
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, eventBytesMax)
	e, size := coming{id: d.id}, 0
	for lines.Scan() {
		if size += len(lines.Bytes()); size > eventBytesMax {
			return fmt.Errorf("couldn't read an event: it has more than %d bytes", eventBytesMax)
		}
		if lines.Text() != "" {
			d.line(&e, lines.Text())
			continue
		}
		d.id = e.id
		if err := e.give(take); err != nil {
			return err
		}
		e, size = coming{id: d.id}, 0
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("couldn't read the events: %w", err)
	}
	return nil
}

// coming is an event of which some lines were read.
type coming struct {
	id, name string
	data     []string
}

// give hands an event over that has data; the others only move the place.
func (e *coming) give(take func(Event) error) error {
	if e.data == nil {
		return nil
	}
	return take(Event{ID: e.id, Name: e.name, Data: []byte(strings.Join(e.data, "\n"))})
}

// line takes down one line. Fields that nobody knows are passed over.
func (d *eventReader) line(e *coming, text string) {
	name, value, _ := strings.Cut(text, ":")
	value = strings.TrimPrefix(value, " ")
	switch name {
	case "id":
		if !strings.Contains(value, "\x00") {
			e.id = value
		}
	case "event":
		e.name = value
	case "data":
		e.data = append(e.data, value)
	case "retry":
		if ms, err := strconv.ParseUint(value, 10, 32); err == nil {
			d.again = min(time.Duration(ms)*time.Millisecond, againMax)
		}
	}
}
