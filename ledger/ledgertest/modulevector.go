package ledgertest

import (
	"fmt"
	"reflect"
	"testing"

	"pedigree/ledger"
)

// ModuleVectors shows the messages, events and rows of a module. There must be at
// least one of each kind of entry, each event and each of the maps that are named;
// messages must be valid and of the type that the module reads.
func ModuleVectors(t testing.TB, m ledger.Module, messages, events map[string][]any, rows []Object, maps []string) Object {
	t.Helper()
	out := Object{"module": m.Name, "rows": rows}
	var kinds []string
	for _, e := range m.Entries {
		kinds = append(kinds, e.Name)
		for _, v := range messages[e.Name] {
			message, ok := v.(ledger.Message)
			if !ok || reflect.TypeOf(message) != reflect.TypeOf(e.New()) {
				t.Fatalf("a message of kind %s is read as %T, not %T", e.Name, e.New(), v)
			}
			if err := message.Validate(); err != nil {
				t.Fatalf("the message of kind %s is not valid: %v", e.Name, err)
			}
		}
	}
	out["messages"] = named(t, m.Name, kinds, messages)
	out["events"] = named(t, m.Name, m.Events, events)
	shown := map[string]bool{}
	for _, r := range rows {
		shown[r["map"].(string)] = true
	}
	for _, name := range maps {
		if !shown[name] {
			t.Fatalf("there is no row of map %s", name)
		}
	}
	return out
}

// named encodes samples under the rules MODULE-NAME, in the order of names.
func named(t testing.TB, module string, names []string, samples map[string][]any) []Object {
	t.Helper()
	var out []Object
	for _, name := range names {
		if len(samples[name]) == 0 {
			t.Fatalf("module %s: there is no %s to show", module, name)
		}
		for _, v := range samples[name] {
			one := Vector(t, module+"-"+name, v)
			one["name"] = name
			out = append(out, one)
		}
	}
	if len(samples) != len(names) {
		t.Fatalf("module %s: %d names are shown, it has %d", module, len(samples), len(names))
	}
	return out
}

// Row is one row of the state: its map, the parts of its key, and its value under
// a CDDL rule. The value must read back as itself.
func Row[K, V any](t testing.TB, m ledger.Map[K, V], rule string, of Object, k K, v V) Object {
	t.Helper()
	b := m.Value.Encode(v)
	again, err := m.Value.Decode(b)
	if err != nil || fmt.Sprint(again) != fmt.Sprint(v) {
		t.Fatalf("map %s: %v is read as %v, %v", m.Name, v, again, err)
	}
	key := m.RawKey(k)
	back, err := m.Key.Decode(key[1:])
	if err != nil || fmt.Sprint(back) != fmt.Sprint(k) {
		t.Fatalf("map %s: the key %v is read as %v, %v", m.Name, k, back, err)
	}
	return Object{"map": m.Name, "of": of, "key": Hex(key), "rule": rule, "value": Plain(v), "bytes": Hex(b)}
}
