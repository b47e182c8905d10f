package ledgertest_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/cockroachdb/datadriven"
	"github.com/google/go-cmp/cmp"

	"pedigree/ledger"
	"pedigree/ledger/ledgertest"
	"pedigree/proof"
)

// The toy module keeps notes under names, each signed for by a key.
type note struct {
	_    struct{}       `cbor:",toarray"`
	Key  proof.Key      `json:"key"`
	Name string         `json:"name"`
	Memo ledger.OptHash `json:"memo"`
	Wrap []byte         `json:"wrap"`
}

var notes = ledger.Map[string, note]{Prefix: proof.PrefixRecord, Name: "toy/note", Key: ledger.TextKey, Value: ledger.CBORValue[note]()}

var (
	codeUnsigned = ledger.Code{Number: 9001, Name: "toy/unsigned", Kind: ledger.Denied}
	codeNameless = ledger.Code{Number: 9002, Name: "toy/nameless", Kind: ledger.Invalid}
)

func (n *note) Validate() error {
	if n.Name == "" {
		return codeNameless.Errorf("name the note")
	}
	return nil
}

func (n *note) Apply(b *ledger.Block, s ledger.State) error {
	if !b.Signed(n.Key) {
		return codeUnsigned.Errorf("key %s must sign the note", n.Key)
	}
	if n.Name == "node" {
		b.SetValidator(n.Key, 3)
	}
	if len(n.Wrap) == 0 && notes.Has(s, n.Name) {
		notes.Delete(s, n.Name)
	} else {
		notes.Set(s, n.Name, *n)
	}
	return b.Emit("noted", *n)
}

type anyMember struct{}

func (anyMember) AdmissionKey(_ *ledger.Block, _ ledger.State, a proof.Admission) (proof.Key, error) {
	return ledgertest.Key(a.Org), nil
}

func toyScript(seen *ledgertest.Coverage) ledgertest.Script {
	return ledgertest.Script{
		Governor: anyMember{},
		Modules: []ledger.Module{{
			Name:    "toy",
			Entries: []ledger.EntryKind{ledger.Entry[note]("note")},
			Events:  []string{"noted"},
			Maps:    []ledger.MapInfo{notes.Info()},
			Codes:   []ledger.Code{codeUnsigned, codeNameless},
		}},
		Symbols: map[string]string{"@s.fixed": ledgertest.HashOf("another").String()},
		Seen:    seen,
		Commands: map[string]func(*ledgertest.Transcript, *datadriven.TestData) string{
			"define": func(t *ledgertest.Transcript, d *datadriven.TestData) string {
				t.Define(d.CmdArgs[0].Key, ledgertest.HashOf("made by a command").String())
				return fmt.Sprintf("at height %d", t.Height)
			},
		},
	}
}

func TestTranscriptsShowWhatAnEntryDoes(t *testing.T) {
	seen := ledgertest.NewCoverage()
	s := toyScript(seen)
	before := s.Modules[0]
	if diff := cmp.Diff(seen.Missing(before), []string{
		"no transcript accepts toy/note", "no transcript refuses toy/note", "no transcript emits toy/noted",
		"no transcript shows the code toy/unsigned", "no transcript shows the code toy/nameless",
	}); diff != "" {
		t.Fatal(diff)
	}
	s.Run(t, "testdata")
	if missing := seen.Missing(before); missing != nil {
		t.Fatal(missing)
	}
}

func TestAPrinterOfSeveralLinesShowsOnlyTheLinesThatDiffer(t *testing.T) {
	s := toyScript(nil)
	s.Print = map[string]func(key, value []byte) (string, string){
		"toy/note": func(key, value []byte) (string, string) {
			return strings.ToUpper(string(key)), fmt.Sprintf("first line\n%d bytes", len(value))
		},
	}
	tr := s.Start(t)
	run := func(text string) string {
		var out string
		datadriven.RunTestFromString(t, text, func(_ *testing.T, d *datadriven.TestData) string {
			out = ledgertest.Directive(tr, d)
			return d.Expected
		})
		return out
	}
	run("entry toy/note as=ann\n{\"name\": \"x\", \"key\": \"@k.ann\"}\n----\n")
	got := run("entry toy/note as=ann\n{\"name\": \"x\", \"key\": \"@k.ann\", \"wrap\": \"AAAA\"}\n----\n")
	_, diff, _ := strings.Cut(got, "~ ")
	if want := "toy/note X\n  - 40 bytes\n  + 43 bytes\n"; diff != want {
		t.Fatalf("got %q, want %q", diff, want)
	}
}

// stopped is what a failing script panics with in place of ending the test.
type stopped struct{ text string }

type recorder struct{ testing.TB }

func (recorder) Helper() {}

func (recorder) Fatalf(format string, args ...any) { panic(stopped{fmt.Sprintf(format, args...)}) }

func TestAScriptThatIsWrongFailsWithTheReason(t *testing.T) {
	for name, c := range map[string]struct{ script, reason string }{
		"a field that the message has not": {"entry toy/note as=ann\n{\"nmae\": \"x\"}\n----\n", `unknown field "nmae"`},
		"a symbol that nothing defines":    {"entry toy/note as=ann\n{\"name\": \"@e.later\"}\n----\n", "@e.later"},
		"an entry that nobody admits":      {"entry toy/note\n{}\n----\n", "as=organisation"},
		"an entry without its kind":        {"entry as=ann\n{}\n----\n", "module/kind"},
		"an argument that does not exist":  {"entry toy/note as=ann sings=x\n{}\n----\n", "sings"},
		"a directive that does not exist":  {"entrance\n----\n", "entrance"},
		"a message that is not JSON":       {"entry toy/note as=ann\n{\n----\n", "JSON"},
		"two messages in one":              {"entry toy/note as=ann\n{} {}\n----\n", "goes on"},
		"a step that is no number":         {"time later\n----\n", "number"},
	} {
		t.Run(name, func(t *testing.T) {
			tr := toyScript(nil).Start(t)
			tr.T = recorder{t}
			var got string
			datadriven.RunTestFromString(t, c.script, func(_ *testing.T, d *datadriven.TestData) string {
				defer func() {
					if s, ok := recover().(stopped); ok {
						got = s.text
					}
				}()
				got = "no failure: " + ledgertest.Directive(tr, d)
				return d.Expected
			})
			if !strings.Contains(got, c.reason) || strings.HasPrefix(got, "no failure") {
				t.Fatalf("got %q, want something with %q", got, c.reason)
			}
		})
	}
}
