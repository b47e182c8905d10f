package all_test

import (
	"bytes"
	"reflect"
	"testing"

	"pedigree/domain/all"
	"pedigree/ledger"
	"pedigree/ledger/ledgertest"
	"pedigree/proof"
)

// kinds maps module/kind to a function that makes an empty message.
func kinds() map[string]func() ledger.Message {
	out := map[string]func() ledger.Message{}
	for _, m := range all.Modules() {
		for _, e := range m.Entries {
			out[m.Name+"/"+e.Name] = e.New
		}
	}
	return out
}

// fill sets every field that it can reach; n tells one value from the next.
func fill(v reflect.Value, n *uint64) {
	*n++
	switch p := v.Addr().Interface().(type) {
	case *proof.Key:
		*p = ledgertest.Key("filled")
		return
	case *ledger.OptKey:
		*p = ledger.OptKey(ledgertest.Key("filled"))
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				fill(v.Field(i), n)
			}
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		fill(v.Index(0), n)
		fill(v.Index(1), n)
	case reflect.Array:
		for i := range v.Len() {
			v.Index(i).SetUint(*n % 256)
		}
	case reflect.String:
		v.SetString("filled")
	case reflect.Bool:
		v.SetBool(true)
	default:
		v.SetUint(*n % 200)
	}
}

// filled encodes a message of a kind, with something in every field.
func filled(t testing.TB, fresh func() ledger.Message) []byte {
	t.Helper()
	m, n := fresh(), uint64(0)
	fill(reflect.ValueOf(m).Elem(), &n)
	b, err := ledger.EncodeMessage(m)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestEveryMessageIsReadBackAsItWas(t *testing.T) {
	for kind, fresh := range kinds() {
		for name, b := range map[string][]byte{"filled": filled(t, fresh), "empty": empty(t, fresh)} {
			m := fresh()
			if err := ledger.DecodeMessage(b, m); err != nil {
				t.Errorf("%s %s: %v", name, kind, err)
				continue
			}
			if again, err := ledger.EncodeMessage(m); err != nil || !bytes.Equal(again, b) {
				t.Errorf("%s %s: %x was read and written as %x, %v", name, kind, b, again, err)
			}
			// No bit of it can be turned and read as the same message.
			for i := range b {
				b[i] ^= 1
				turned := fresh()
				if ledger.DecodeMessage(b, turned) == nil && reflect.DeepEqual(turned, m) {
					t.Errorf("%s %s: with byte %d turned it is read as the same", name, kind, i)
				}
				b[i] ^= 1
			}
		}
	}
}

func empty(t testing.TB, fresh func() ledger.Message) []byte {
	t.Helper()
	b, err := ledger.EncodeMessage(fresh())
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// FuzzMessage reads bytes as a message of any kind: what is read is written as the
// same bytes, and can be validated whatever it says.
func FuzzMessage(f *testing.F) {
	all := kinds()
	for kind, fresh := range all {
		f.Add(kind, filled(f, fresh))
		f.Add(kind, empty(f, fresh))
	}
	f.Fuzz(func(t *testing.T, kind string, b []byte) {
		fresh, ok := all[kind]
		if !ok {
			return
		}
		m := fresh()
		if ledger.DecodeMessage(b, m) != nil {
			return
		}
		if again, err := ledger.EncodeMessage(m); err != nil || !bytes.Equal(again, b) {
			t.Fatalf("%s: %x was read and written as %x, %v", kind, b, again, err)
		}
		if err := m.Validate(); err != nil && ledger.CodeOf(err) == ledger.CodeInternal {
			t.Fatalf("%s: %x is refused without a code: %v", kind, b, err)
		}
	})
}
