package ledgertest

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"

	"pedigree/ledger"
	"pedigree/proof"
)

// symbols are the readable names of keys and hashes in a script:
//
//	@k.alice   the public key of test key alice
//	@h.memo    the test hash memo
//	@o.lot1    the origin whose key0 is test key lot1
//	@e.first   the id of the entry that was sent with id=first
//
// and whatever a module defines. In a message, an object such as
//
//	{"@entry": "org/suspend", "member": "delta"}
//
// stands for the encoded message of that entry kind, as a byte string.
type symbols struct {
	hex   map[string]string // name to hexadecimal
	names map[string]string // hexadecimal to name
}

var symbolPattern = regexp.MustCompile(`@[a-z]+\.[A-Za-z0-9_-]+`)

func newSymbols() *symbols { return &symbols{hex: map[string]string{}, names: map[string]string{}} }

// Define gives a hexadecimal value a name, such as "@s.pallet".
func (s *symbols) Define(name, value string) {
	s.hex[name] = value
	if _, named := s.names[value]; !named {
		s.names[value] = name
	}
}

// know returns the value of a symbol and remembers it for what is shown.
func (s *symbols) know(name string) (string, bool) {
	if value, ok := s.hex[name]; ok {
		return value, true
	}
	kind, rest, _ := strings.Cut(strings.TrimPrefix(name, "@"), ".")
	switch kind {
	case "k":
		s.Define(name, Key(rest).String())
	case "h":
		s.Define(name, HashOf(rest).String())
	case "o":
		s.Define(name, proof.Origin(ChainID, Key(rest)).String())
	}
	value, ok := s.hex[name]
	return value, ok
}

// Resolve replaces every symbol of a text by its value.
func (t *Transcript) Resolve(text string) string {
	t.T.Helper()
	return symbolPattern.ReplaceAllStringFunc(text, func(name string) string {
		value, ok := t.know(name)
		if !ok {
			t.fail("nothing has defined the symbol %s", name)
		}
		return value
	})
}

// shorten puts the names of known values back into a text.
func (t *Transcript) shorten(text string) string {
	return longHex.ReplaceAllStringFunc(text, func(value string) string {
		if name, ok := t.names[value]; ok {
			return name
		}
		return value
	})
}

var longHex = regexp.MustCompile(`\b[0-9a-f]{64,66}\b`)

// showBytes shows a known value by its name, others in hexadecimal.
func (t *Transcript) showBytes(b []byte) string {
	value := hex.EncodeToString(b)
	if name, ok := t.names[value]; ok {
		return name
	}
	return "h'" + value + "'"
}

// entry encodes a message that stands as JSON.
func (t *Transcript) entry(kind, text string) proof.Entry {
	t.T.Helper()
	var tree any
	dec := json.NewDecoder(strings.NewReader(t.Resolve(text)))
	dec.UseNumber()
	if err := dec.Decode(&tree); err != nil {
		t.fail("couldn't read the message of %s as JSON: %v", kind, err)
	}
	if dec.More() {
		t.fail("the message of %s goes on after its JSON ends", kind)
	}
	module, name, _ := strings.Cut(kind, "/")
	return proof.Entry{Module: module, Kind: name, Message: t.message(kind, t.inner(tree))}
}

// inner replaces each object that stands for an encoded message.
func (t *Transcript) inner(v any) any {
	t.T.Helper()
	switch v := v.(type) {
	case []any:
		for i := range v {
			v[i] = t.inner(v[i])
		}
	case map[string]any:
		for k := range v {
			v[k] = t.inner(v[k])
		}
		if kind, ok := v["@entry"].(string); ok {
			delete(v, "@entry")
			return base64.StdEncoding.EncodeToString(t.message(kind, v))
		}
	}
	return v
}

// message encodes a message of module/kind. A kind that nobody knows has an
// empty one, so that scripts can show how it is refused.
func (t *Transcript) message(kind string, tree any) []byte {
	t.T.Helper()
	module, name, _ := strings.Cut(kind, "/")
	m, err := t.Runtime.NewMessage(module, name)
	if err != nil {
		return proof.AppendArray(nil, 0)
	}
	text, err := json.Marshal(tree)
	if err != nil {
		t.fail("%v", err)
	}
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.DisallowUnknownFields()
	if err := dec.Decode(m); err != nil {
		t.fail("couldn't read the message of %s: %v", kind, err)
	}
	b, err := ledger.EncodeMessage(m)
	if err != nil {
		t.fail("%v", fmt.Errorf("%s: %w", kind, err))
	}
	return b
}
