package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"

	"pedigree/internal/turns"
)

// Limits of a JSON body beside its bytes. Eight megabytes of empty objects would
// take hundreds in memory.
const (
	jsonTokensMax = 200_000 // names, values and brackets
	jsonDepthMax  = 64
	jsonNumberMax = 64 // digits and signs of one number
)

// strictJSON reads request bodies. A name that stands twice in an object is
// refused: which of the two values counts would be up to each reader. So is text
// that isn't UTF-8, for what it becomes would be up to each reader too.
var strictJSON = huma.Format{
	Marshal: huma.DefaultJSONFormat.Marshal,
	Unmarshal: func(data []byte, v any) error {
		if err := plainJSON(data); err != nil {
			return err
		}
		return json.Unmarshal(data, v)
	},
}

// inTurns reads large bodies in turns, and small ones at once.
func inTurns(f huma.Format, gate *turns.Gate) huma.Format {
	return huma.Format{Marshal: f.Marshal, Unmarshal: func(data []byte, v any) error {
		if len(data) > turns.SmallBytes {
			hand := gate.Hand("")
			hand.Take()
			defer hand.Give()
		}
		return f.Unmarshal(data, v)
	}}
}

// object is one object or array that is being read.
type object struct {
	names map[string]bool // nil for an array
	value bool            // the next token is a value, not a name
}

// plainJSON refuses JSON in which an object has a name twice, and what is too
// much of it, before anything is made of it.
func plainJSON(data []byte) error {
	if !utf8.Valid(data) {
		return errors.New("the body is not UTF-8; save it as UTF-8")
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	var open []object
	for tokens := 0; ; tokens++ {
		token, err := dec.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if tokens == jsonTokensMax {
			return fmt.Errorf("the body has more than %d names, values and brackets; send it in parts", jsonTokensMax)
		}
		if n, ok := token.(json.Number); ok && len(n) > jsonNumberMax {
			return fmt.Errorf("a number has %d digits where at most %d are taken", len(n), jsonNumberMax)
		}
		if open, err = follow(open, token); err != nil {
			return err
		}
	}
}

// follow is what is open after a token.
func follow(open []object, token json.Token) ([]object, error) {
	switch token {
	case json.Delim('}'), json.Delim(']'):
		return open[:len(open)-1], nil
	}
	if len(open) > 0 {
		named, err := open[len(open)-1].take(token)
		if err != nil || named {
			return open, err
		}
	}
	switch token {
	case json.Delim('{'):
		open = append(open, object{names: map[string]bool{}})
	case json.Delim('['):
		open = append(open, object{})
	}
	if len(open) > jsonDepthMax {
		return open, fmt.Errorf("the body is nested deeper than %d levels", jsonDepthMax)
	}
	return open, nil
}

// take reads what comes next in an object or array: true when it was a name, whose
// value follows.
func (o *object) take(token json.Token) (named bool, err error) {
	name, isText := token.(string)
	if o.names == nil || !isText || o.value {
		o.value = false
		return false, nil
	}
	if o.names[name] {
		return false, fmt.Errorf("the name %q stands twice in one object; leave one out", name)
	}
	o.names[name], o.value = true, true
	return true, nil
}
