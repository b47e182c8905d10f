package ledger_test

import (
	"bytes"
	"encoding/hex"
	"strings"
	"testing"

	"pedigree/ledger"
	"pedigree/ledger/ledgertest"
	"pedigree/proof"
)

// plain has one field of each sort that messages have.
type plain struct {
	_     struct{}   `cbor:",toarray"`
	N     uint64     `json:"n"`
	Text  string     `json:"text"`
	Bytes []byte     `json:"bytes"`
	Flag  bool       `json:"flag"`
	Hash  proof.Hash `json:"hash"`
	List  []item     `json:"list"`
}

type item struct {
	_ struct{} `cbor:",toarray"`
	N uint64   `json:"n"`
}

const zeros = "0000000000000000000000000000000000000000000000000000000000000000"

func TestAMessageHasOneEncoding(t *testing.T) {
	const good = "86" + "18ff" + "6161" + "4101" + "f5" + "5820" + zeros + "82" + "8101" + "8102"
	for name, tt := range map[string]struct {
		text string
		ok   bool
	}{
		"the one accepted":                      {good, true},
		"empty lists and texts":                 {"86" + "00" + "60" + "40" + "f4" + "5820" + zeros + "80", true},
		"a byte behind it":                      {good + "00", false},
		"a whole item behind it":                {good + good, false},
		"a byte less":                           {good[:len(good)-2], false},
		"nothing":                               {"", false},
		"a number in more bytes":                {"86" + "1900ff" + "6161" + "4101" + "f5" + "5820" + zeros + "80", false},
		"a small number in two bytes":           {"86" + "1801" + "6161" + "4101" + "f5" + "5820" + zeros + "80", false},
		"an array head in more bytes":           {"9806" + good[2:], false},
		"an indefinite array":                   {"9f" + good[2:] + "ff", false},
		"an indefinite text":                    {"86" + "18ff" + "7f6161ff" + "4101" + "f5" + "5820" + zeros + "80", false},
		"an indefinite byte string":             {"86" + "18ff" + "6161" + "5f4101ff" + "f5" + "5820" + zeros + "80", false},
		"a field less":                          {"85" + "18ff" + "6161" + "4101" + "f5" + "5820" + zeros, false},
		"a field more":                          {"87" + good[2:] + "00", false},
		"a map in place of an array":            {"a0", false},
		"null in place of the message":          {"f6", false},
		"null in place of a number":             {"86" + "f6" + "6161" + "4101" + "f5" + "5820" + zeros + "80", false},
		"null in place of a text":               {"86" + "00" + "f6" + "4101" + "f5" + "5820" + zeros + "80", false},
		"null in place of bytes":                {"86" + "00" + "6161" + "f6" + "f5" + "5820" + zeros + "80", false},
		"null in place of a list":               {"86" + "00" + "6161" + "4101" + "f5" + "5820" + zeros + "f6", false},
		"null in place of a hash":               {"86" + "00" + "6161" + "4101" + "f5" + "f6" + "80", false},
		"undefined in place of a flag":          {"86" + "00" + "6161" + "4101" + "f7" + "5820" + zeros + "80", false},
		"a short hash":                          {"86" + "00" + "6161" + "4101" + "f5" + "581f" + zeros[2:] + "80", false},
		"a long hash":                           {"86" + "00" + "6161" + "4101" + "f5" + "5821" + zeros + "00" + "80", false},
		"a hash as a list of numbers":           {"86" + "00" + "6161" + "4101" + "f5" + "9820" + zeros + "80", false},
		"bytes as a text":                       {"86" + "00" + "6161" + "6101" + "f5" + "5820" + zeros + "80", false},
		"a text as bytes":                       {"86" + "00" + "4161" + "4101" + "f5" + "5820" + zeros + "80", false},
		"a text that is no UTF-8":               {"86" + "00" + "61ff" + "4101" + "f5" + "5820" + zeros + "80", false},
		"a negative number":                     {"86" + "20" + "6161" + "4101" + "f5" + "5820" + zeros + "80", false},
		"a float that is a whole number":        {"86" + "f93c00" + "6161" + "4101" + "f5" + "5820" + zeros + "80", false},
		"a big number under a tag":              {"86" + "c24101" + "6161" + "4101" + "f5" + "5820" + zeros + "80", false},
		"a message under the self-describe tag": {"d9d9f7" + good, false},
		"a number in place of a flag":           {"86" + "00" + "6161" + "4101" + "01" + "5820" + zeros + "80", false},
		"an item of the list with a field more": {"86" + "00" + "6161" + "4101" + "f5" + "5820" + zeros + "81820102", false},
	} {
		b, err := hex.DecodeString(tt.text)
		if err != nil {
			t.Fatal(name, err)
		}
		var m plain
		if err := ledger.DecodeMessage(b, &m); (err == nil) != tt.ok {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzMessage(f *testing.F) {
	b, err := ledger.EncodeMessage(&plain{Text: "a", List: []item{{N: 1}}})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Fuzz(func(t *testing.T, b []byte) {
		var m plain
		if ledger.DecodeMessage(b, &m) != nil {
			return
		}
		if again, err := ledger.EncodeMessage(&m); err != nil || !bytes.Equal(again, b) {
			t.Fatalf("%x was read and written as %x, %v", b, again, err)
		}
	})
}

func TestWhatIsNoEnvelopeIsRefusedByItsReason(t *testing.T) {
	c := newToy(t)
	good := c.by("ann", add("a", 1))
	with := func(change func(a *ledgertest.Act)) []byte {
		a := good
		change(&a)
		return c.Envelope(a)
	}
	entry := func(module, kind string, message []byte) []byte {
		return with(func(a *ledgertest.Act) {
			a.Entries = []proof.Entry{{Module: module, Kind: kind, Message: message}}
		})
	}
	message := good.Entries[0].Message
	for name, tt := range map[string]struct {
		raw  []byte
		code ledger.Code
	}{
		"nothing":                         {nil, ledger.CodeMalformed},
		"a byte too many":                 {append(c.Envelope(good), 0), ledger.CodeMalformed},
		"as large as may be, and broken":  {make([]byte, ledger.EnvelopeSizeMax), ledger.CodeMalformed},
		"a byte larger":                   {make([]byte, ledger.EnvelopeSizeMax+1), ledger.CodeTooLarge},
		"another module":                  {entry("nope", "script", message), ledger.CodeUnknownModule},
		"another kind":                    {entry("toy", "nope", message), ledger.CodeUnknownKind},
		"a message of another shape":      {entry("toy", "script", []byte{0x81, 0x01}), ledger.CodeMalformed},
		"a message that is wrong by rule": {entry("toy", "script", []byte{0x81, 0x80}), codeNoActs},
		"a second entry that is not known": {with(func(a *ledgertest.Act) {
			a.Entries = append(a.Entries, proof.Entry{Module: "toy", Kind: "x", Message: message})
		}), ledger.CodeUnknownKind},
	} {
		_, _, err := c.Runtime.Decode(tt.raw)
		if ledger.CodeOf(err) != tt.code || err == nil {
			t.Errorf("%s: %v, want %s", name, err, tt.code.Name)
		}
		if res := c.Block(tt.raw)[0]; res.Code != tt.code.Number {
			t.Errorf("%s in a block: %s", name, res.Log)
		}
	}
}

func TestAnEnvelopeHoldsEntriesAndSignersUpToTheLimit(t *testing.T) {
	c := newToy(t)
	run := func(entries, signers, admissions int) ledger.TxResult {
		a := c.by("ann")
		for range entries {
			a.Entries = append(a.Entries, c.entry(add("a", 1)...))
		}
		for i := range signers {
			a.Signers = append(a.Signers, strings.Repeat("s", i+1))
		}
		for i := range admissions - 1 {
			a.Also = append(a.Also, strings.Repeat("o", i%30+1)+string(rune('a'+i/30)))
		}
		return c.Do(a)
	}
	c.want(run(ledger.EntriesMax, ledger.SignersMax, ledger.AdmissionMax), accepted)
	c.want(run(ledger.EntriesMax+1, 0, 1), ledger.CodeMalformed)
	c.want(run(1, ledger.SignersMax+1, 1), ledger.CodeMalformed)
	c.want(run(1, 0, ledger.AdmissionMax+1), ledger.CodeMalformed)
	c.want(run(0, 0, 1), ledger.CodeMalformed)
}
