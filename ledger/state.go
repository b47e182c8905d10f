package ledger

import (
	"fmt"
	"slices"
	"strings"
)

// State is what a rule may read and write, through typed maps only.
type State interface {
	get(key []byte) ([]byte, bool)
	set(key, value []byte)
	del(key []byte)
	each(prefix []byte, fn func(key, value []byte) bool)
}

// layer is a buffered view: writes stay in it until they are merged below or
// forgotten. It remembers its keys so that nothing ranges over a Go map.
type layer struct {
	below   reader
	changed map[string]Write
	keys    []string
}

type reader interface {
	get(key []byte) ([]byte, bool)
	each(prefix []byte, fn func(key, value []byte) bool)
}

func newLayer(below reader) *layer { return &layer{below: below, changed: map[string]Write{}} }

func (l *layer) get(key []byte) ([]byte, bool) {
	if w, ok := l.changed[string(key)]; ok {
		return w.Value, !w.Delete
	}
	return l.below.get(key)
}

func (l *layer) put(w Write) {
	k := string(w.Key)
	if _, ok := l.changed[k]; !ok {
		l.keys = append(l.keys, k)
	}
	l.changed[k] = w
}

func (l *layer) set(key, value []byte) {
	if len(key) > StateKeySizeMax || len(value) > StateValueSizeMax {
		panic(fmt.Sprintf("a rule wrote a state row of %d and %d bytes where %d and %d are the limits", len(key), len(value), StateKeySizeMax, StateValueSizeMax))
	}
	l.put(Write{Key: slices.Clone(key), Value: value})
}

func (l *layer) del(key []byte) { l.put(Write{Key: slices.Clone(key), Delete: true}) }

// each merges the layer's own rows with those below, in ascending order.
func (l *layer) each(prefix []byte, fn func(key, value []byte) bool) {
	var own []string
	for _, k := range l.keys {
		if strings.HasPrefix(k, string(prefix)) {
			own = append(own, k)
		}
	}
	slices.Sort(own)
	i, stopped := 0, false
	emit := func(k string) bool {
		w := l.changed[k]
		return w.Delete || fn(w.Key, w.Value)
	}
	l.below.each(prefix, func(key, value []byte) bool {
		for i < len(own) && own[i] < string(key) {
			i++
			if !emit(own[i-1]) {
				stopped = true
				return false
			}
		}
		if i < len(own) && own[i] == string(key) {
			i++
			stopped = !emit(own[i-1])
		} else {
			stopped = !fn(key, value)
		}
		return !stopped
	})
	for ; !stopped && i < len(own); i++ {
		stopped = !emit(own[i])
	}
}

// mergeInto hands the layer's writes to the layer above which it stands.
func (l *layer) mergeInto(base *layer) {
	for _, k := range l.keys {
		base.put(l.changed[k])
	}
}

// writes returns the layer's rows in ascending order of their keys.
func (l *layer) writes() []Write {
	slices.Sort(l.keys)
	out := make([]Write, len(l.keys))
	for i, k := range l.keys {
		out[i] = l.changed[k]
	}
	return out
}

// committed reads persisted state. A store that cannot be read stops the node:
// going on would make it diverge from the others.
type committed struct{ backend Backend }

func (c committed) get(key []byte) ([]byte, bool) {
	v, ok, err := c.backend.Get(key)
	if err != nil {
		panic(fmt.Errorf("couldn't read state: %w", err))
	}
	return v, ok
}

func (c committed) each(prefix []byte, fn func(key, value []byte) bool) {
	err := c.backend.Each(prefix, func(k, v []byte) (bool, error) { return fn(k, v), nil })
	if err != nil {
		panic(fmt.Errorf("couldn't read state: %w", err))
	}
}

// readOnly lets queries use typed maps on committed state; a write is a bug.
type readOnly struct{ committed }

func (readOnly) set([]byte, []byte) { panic("a query tried to write state") }
func (readOnly) del([]byte)         { panic("a query tried to write state") }

// View returns a State for reading committed state through typed maps.
func View(b Backend) State { return readOnly{committed{b}} }
