package ledger

import "fmt"

// KeyCodec turns a map's keys into bytes whose order is the order of iteration.
type KeyCodec[K any] struct {
	Append func(b []byte, k K) []byte
	Decode func(b []byte) (K, error)
}

// ValueCodec turns a map's values into their one encoding.
type ValueCodec[V any] struct {
	Encode func(V) []byte
	Decode func([]byte) (V, error)
}

// Map is a typed map in the state tree: the only way a module touches state.
type Map[K, V any] struct {
	Prefix byte   // from proof/keyspace.go, unique
	Name   string // as documents and the explorer show it
	Key    KeyCodec[K]
	Value  ValueCodec[V]
}

// MapInfo is what the kernel knows of a module's map.
type MapInfo struct {
	Prefix byte
	Name   string
}

// Info describes the map for the module's list.
func (m Map[K, V]) Info() MapInfo { return MapInfo{m.Prefix, m.Name} }

// RawKey is the state key of k: the prefix byte and the key's encoding.
func (m Map[K, V]) RawKey(k K) []byte { return m.Key.Append([]byte{m.Prefix}, k) }

// Get returns the value under k. A value that can't be read is corruption and
// stops the node.
func (m Map[K, V]) Get(s State, k K) (V, bool) {
	raw, ok := s.get(m.RawKey(k))
	if !ok {
		var none V
		return none, false
	}
	return m.decode(raw), true
}

// Has reports whether there is a value under k.
func (m Map[K, V]) Has(s State, k K) bool {
	_, ok := s.get(m.RawKey(k))
	return ok
}

// Set stores v under k.
func (m Map[K, V]) Set(s State, k K, v V) { s.set(m.RawKey(k), m.Value.Encode(v)) }

// Delete removes k.
func (m Map[K, V]) Delete(s State, k K) { s.del(m.RawKey(k)) }

// Each calls fn with every entry whose encoded key begins with prefix, in
// ascending order, until fn returns false.
func (m Map[K, V]) Each(s State, prefix []byte, fn func(K, V) bool) {
	s.each(append([]byte{m.Prefix}, prefix...), func(key, value []byte) bool {
		k, err := m.Key.Decode(key[1:])
		if err != nil {
			panic(fmt.Errorf("couldn't read a key of map %s: %w", m.Name, err))
		}
		return fn(k, m.decode(value))
	})
}

func (m Map[K, V]) decode(raw []byte) V {
	v, err := m.Value.Decode(raw)
	if err != nil {
		panic(fmt.Errorf("couldn't read a value of map %s: %w", m.Name, err))
	}
	return v
}

// TextKey is the codec of text keys.
var TextKey = KeyCodec[string]{
	Append: func(b []byte, k string) []byte { return append(b, k...) },
	Decode: func(b []byte) (string, error) { return string(b), nil },
}

// CBORValue is the codec of values that are plain structs or numbers.
func CBORValue[V any]() ValueCodec[V] {
	return ValueCodec[V]{
		Encode: func(v V) []byte { return mustEncode(v) },
		Decode: func(b []byte) (V, error) {
			var v V
			err := DecodeMessage(b, &v)
			return v, err
		},
	}
}
