package ledgertest

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"unicode"

	"pedigree/ledger"
)

// Object is one published vector, or a part of one: its members come out in
// ascending order.
type Object = map[string]any

// Hex is bytes that a vector file shows as hexadecimal digits.
func Hex(b []byte) string { return hex.EncodeToString(b) }

// FreshVectors holds that docs/internals/vectors/NAME is what the program
// computes, or writes it anew when update is set. Other programs are held against
// the same files.
func FreshVectors(t testing.TB, update bool, name string, content any) {
	t.Helper()
	want, err := json.MarshalIndent(content, "", " ")
	if err != nil {
		t.Fatalf("couldn't write the vectors %s: %v", name, err)
	}
	want = append(want, '\n')
	path := filepath.Join(root(t), "docs", "internals", "vectors", name)
	if update {
		if err := os.WriteFile(path, want, 0o644); err != nil {
			t.Fatalf("couldn't write the vectors: %v", err)
		}
		return
	}
	is, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("couldn't read the vectors: %v", err)
	}
	if !bytes.Equal(is, want) {
		t.Errorf("%s is not what this program computes; if the change is meant, run go generate in the folder of this test", path)
	}
}

// root is the folder of go.mod, above the folder in which a test runs.
func root(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatalf("couldn't find the working directory: %v", err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		up := filepath.Dir(dir)
		if up == dir {
			t.Fatal("couldn't find go.mod above the test")
		}
		dir = up
	}
}

// Plain turns what encodes as CBOR into what JSON shows of it: a struct becomes
// an object whose members are named as the published CDDL names them (KeyID is
// key-id), bytes become hexadecimal digits, and what was left out null.
func Plain(v any) any {
	switch v := v.(type) {
	case nil:
		return nil
	case ledger.OptHash:
		if v.IsZero() {
			return nil
		}
	case ledger.OptKey:
		if v.IsZero() {
			return nil
		}
	}
	r := reflect.Indirect(reflect.ValueOf(v))
	switch r.Kind() {
	case reflect.Struct:
		return plainStruct(r)
	case reflect.Array, reflect.Slice:
		return plainList(r)
	case reflect.Uint8, reflect.Uint64:
		return r.Uint()
	case reflect.Bool:
		return r.Bool()
	case reflect.String:
		return r.String()
	}
	panic("no plain form of " + r.Type().String())
}

func plainStruct(r reflect.Value) Object {
	o := Object{}
	for i := range r.NumField() {
		if name := r.Type().Field(i).Name; name != "_" {
			o[kebab(name)] = Plain(r.Field(i).Interface())
		}
	}
	return o
}

func plainList(r reflect.Value) any {
	if r.Type().Elem().Kind() == reflect.Uint8 {
		b := make([]byte, r.Len())
		reflect.Copy(reflect.ValueOf(b), r)
		return Hex(b)
	}
	list := make([]any, r.Len())
	for i := range list {
		list[i] = Plain(r.Index(i).Interface())
	}
	return list
}

// kebab turns KeyID into key-id.
func kebab(name string) string {
	var b strings.Builder
	letters := []rune(name)
	for i, c := range letters {
		begins := i > 0 && unicode.IsUpper(c) && (!unicode.IsUpper(letters[i-1]) || i+1 < len(letters) && unicode.IsLower(letters[i+1]))
		if begins {
			b.WriteByte('-')
		}
		b.WriteRune(unicode.ToLower(c))
	}
	return b.String()
}

// Vector is one encoded thing: the CDDL rule that it follows, its plain form and
// its bytes, which must read back as themselves.
func Vector(t testing.TB, rule string, v any) Object {
	t.Helper()
	b, err := ledger.EncodeMessage(v)
	if err != nil {
		t.Fatalf("%s: %v", rule, err)
	}
	again := reflect.New(reflect.Indirect(reflect.ValueOf(v)).Type())
	if err := ledger.DecodeMessage(b, again.Interface()); err != nil {
		t.Fatalf("%s: %v", rule, err)
	}
	return Object{"rule": rule, "value": Plain(v), "bytes": Hex(b)}
}
