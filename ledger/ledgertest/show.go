package ledgertest

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/fxamacker/cbor/v2"

	"pedigree/proof"
)

// showEvent prints one event as "  module/name data".
func (t *Transcript) showEvent(out *strings.Builder, event []byte) {
	t.T.Helper()
	var parts []any
	if err := cbor.Unmarshal(event, &parts); err != nil || len(parts) != 6 {
		t.fail("an event is not [height, place, id, module, name, data]: %x, %v", event, err)
	}
	name := fmt.Sprintf("%v/%v", parts[3], parts[4])
	t.Script.Seen.noteEvent(name)
	fmt.Fprintf(out, "  %s %s\n", name, t.diagnostic(parts[5]))
}

// diagnostic prints a decoded CBOR item in diagnostic form (RFC 8949 section 8),
// known values by their names.
func (t *Transcript) diagnostic(v any) string {
	switch v := v.(type) {
	case []byte:
		if item, ok := embedded(v); ok {
			return "<<" + t.diagnostic(item) + ">>"
		}
		return t.showBytes(v)
	case string:
		return strconv.Quote(v)
	case nil:
		return "null"
	case []any:
		items := make([]string, len(v))
		for i := range v {
			items[i] = t.diagnostic(v[i])
		}
		return "[" + strings.Join(items, ", ") + "]"
	default:
		return fmt.Sprint(v)
	}
}

// embedded reads a byte string that holds an encoded message: an array, and of
// another length than a hash or a key.
func embedded(b []byte) (any, bool) {
	if len(b) == 0 || b[0]>>5 != 4 || len(b) == proof.HashSize || len(b) == proof.KeySize {
		return nil, false
	}
	var item any
	err := cbor.Unmarshal(b, &item)
	return item, err == nil
}

// rows copies the state rows that a transcript shows: all but the quotas, which
// every entry changes.
func (t *Transcript) rows() map[string][]byte {
	rows := maps.Clone(t.State.Rows)
	maps.DeleteFunc(rows, func(k string, _ []byte) bool { return k[0] == proof.PrefixQuota })
	return rows
}

func (t *Transcript) mapName(prefix byte) string {
	t.T.Helper()
	switch prefix {
	case proof.PrefixQuota:
		return "ledger/quota"
	case proof.PrefixParams:
		return "ledger/params"
	}
	for _, m := range t.Script.Modules {
		for _, info := range m.Maps {
			if info.Prefix == prefix {
				return info.Name
			}
		}
	}
	t.fail("the state has a row under prefix %#02x, which no module lists in its Maps", prefix)
	return ""
}

// row returns a state row as text.
func (t *Transcript) row(raw string, value []byte) (name, keyText, valueText string) {
	t.T.Helper()
	name, key := t.mapName(raw[0]), []byte(raw[1:])
	if print, ok := t.Script.Print[name]; ok {
		keyText, valueText = print(key, value)
		return name, t.shorten(keyText), t.shorten(valueText)
	}
	var item any
	if err := cbor.Unmarshal(value, &item); err != nil {
		return name, t.showKey(key), t.showBytes(value)
	}
	return name, t.showKey(key), t.diagnostic(item)
}

// showKey shows a map's key as text when it is one, as known values when it is
// made of such, and in hexadecimal otherwise.
func (t *Transcript) showKey(key []byte) string {
	if !bytes.ContainsFunc(key, func(r rune) bool { return r < ' ' || r > '~' }) {
		return string(key)
	}
	var parts []string
	for rest := key; len(rest) > 0; {
		n := len(rest)
		if n > proof.KeySize {
			n = proof.HashSize
		}
		parts, rest = append(parts, t.showBytes(rest[:n])), rest[n:]
	}
	return strings.Join(parts, " ")
}

// showDiff prints the rows that were added (+), removed (-) and changed (~).
func (t *Transcript) showDiff(out *strings.Builder, before, after map[string][]byte) {
	t.T.Helper()
	keys := slices.Collect(maps.Keys(before))
	for k := range after {
		if _, old := before[k]; !old {
			keys = append(keys, k)
		}
	}
	slices.Sort(keys)
	for _, k := range keys {
		was, old := before[k]
		is, still := after[k]
		switch {
		case !still:
			name, key, _ := t.row(k, was)
			fmt.Fprintf(out, "- %s %s\n", name, key)
		case !old:
			t.showRow(out, "+ ", k, is)
		case !bytes.Equal(was, is):
			t.showChange(out, k, was, is)
		}
	}
}

func (t *Transcript) showRow(out *strings.Builder, mark, raw string, value []byte) {
	t.T.Helper()
	name, key, text := t.row(raw, value)
	if !strings.Contains(text, "\n") {
		fmt.Fprintf(out, "%s%s %s: %s\n", mark, name, key, text)
		return
	}
	fmt.Fprintf(out, "%s%s %s\n", mark, name, key)
	for line := range strings.SplitSeq(text, "\n") {
		fmt.Fprintf(out, "    %s\n", line)
	}
}

// showChange prints a changed row; of a value of several lines, those that
// differ.
func (t *Transcript) showChange(out *strings.Builder, raw string, was, is []byte) {
	t.T.Helper()
	name, key, old := t.row(raw, was)
	_, _, now := t.row(raw, is)
	if !strings.Contains(old+now, "\n") {
		fmt.Fprintf(out, "~ %s %s: %s\n", name, key, now)
		return
	}
	fmt.Fprintf(out, "~ %s %s\n", name, key)
	oldLines, nowLines := strings.Split(old, "\n"), strings.Split(now, "\n")
	for _, line := range oldLines {
		if !slices.Contains(nowLines, line) {
			fmt.Fprintf(out, "  - %s\n", line)
		}
	}
	for _, line := range nowLines {
		if !slices.Contains(oldLines, line) {
			fmt.Fprintf(out, "  + %s\n", line)
		}
	}
}

// showState prints all rows of a map, or of every map but the quotas.
func (t *Transcript) showState(only string) string {
	t.T.Helper()
	var out strings.Builder
	for _, k := range t.State.Keys() {
		name := t.mapName(k[0])
		if name == only || only == "" && k[0] != proof.PrefixQuota {
			t.showRow(&out, "", k, t.State.Rows[k])
		}
	}
	return out.String()
}
