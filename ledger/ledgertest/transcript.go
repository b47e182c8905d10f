package ledgertest

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/cockroachdb/datadriven"

	"pedigree/ledger"
	"pedigree/proof"
)

// Script says which chain the transcripts of a module run on.
type Script struct {
	Modules  []ledger.Module
	Governor ledger.Governor
	Founding map[string][]byte // founding data by module
	// Print turns rows of a map, named as the map is, into readable text. A value
	// of several lines is shown line by line, and of a changed one only the lines
	// that differ. Maps without a printer are shown in CBOR diagnostic form.
	Print map[string]func(key, value []byte) (string, string)
	// Commands adds directives, such as one that builds a slot tree.
	Commands map[string]func(*Transcript, *datadriven.TestData) string
	// Symbols are further names for hexadecimal values, such as "@s.pallet".
	Symbols map[string]string
	// Seen, when set, collects what the transcripts have met.
	Seen *Coverage
}

// Transcript is one script file being run; each file has a chain of its own.
//
// Directives (the message stands as JSON below; fields it does not know are
// refused; see symbols.go for what may stand in place of values):
//
//	entry module/kind as=org [also=(b,c)] [key=name] [keyid=2] [signers=(x,y)] [id=name]
//	block                  several entries in one block, each begun by its line
//	time +3600             moves block time on
//	height +100            moves the block height on
//	state [map]            prints the rows of a map, or all but the quotas
//
// Inside an entry, a line "and module/kind" begins the next entry of the same
// envelope. id=name makes the envelope's id the symbol @e.name.
type Transcript struct {
	*Chain
	Script *Script
	*symbols
	at string // position in the script, for errors
}

// Run executes every script of a folder, as subtests.
func (s Script) Run(t *testing.T, folder string) {
	datadriven.Walk(t, folder, func(t *testing.T, path string) {
		tr := s.Start(t)
		datadriven.RunTest(t, path, func(t *testing.T, d *datadriven.TestData) string {
			tr.T, tr.at = t, d.Pos
			return tr.directive(d)
		})
	})
}

// Start founds the chain of one transcript.
func (s Script) Start(t testing.TB) *Transcript {
	tr := &Transcript{Chain: NewChain(t, s.Governor, s.Founding, s.Modules...), Script: &s, symbols: newSymbols()}
	for name, hex := range s.Symbols {
		tr.Define(name, hex)
	}
	return tr
}

func (t *Transcript) directive(d *datadriven.TestData) string {
	t.T.Helper()
	if run, ok := t.Script.Commands[d.Cmd]; ok {
		return run(t, d)
	}
	switch d.Cmd {
	case "entry":
		return t.runBlock([]planned{t.plan(d.CmdArgs, d.Input)})
	case "block":
		return t.runBlock(t.planBlock(d.Input))
	case "time":
		t.Time += t.step(d)
		return time.Unix(int64(t.Time), 0).UTC().Format(time.RFC3339)
	case "height":
		t.Height += t.step(d)
		return strconv.FormatUint(t.Height, 10)
	case "state":
		only := ""
		if len(d.CmdArgs) > 0 {
			only = d.CmdArgs[0].Key
		}
		return t.showState(only)
	}
	t.fail("unknown directive %q", d.Cmd)
	return ""
}

func (t *Transcript) fail(format string, args ...any) {
	t.T.Helper()
	t.T.Fatalf("%s: %s", t.at, fmt.Sprintf(format, args...))
}

func (t *Transcript) step(d *datadriven.TestData) uint64 {
	t.T.Helper()
	if len(d.CmdArgs) != 1 {
		t.fail("%s takes one number, such as +10", d.Cmd)
	}
	n, err := strconv.ParseUint(strings.TrimPrefix(d.CmdArgs[0].Key, "+"), 10, 32)
	if err != nil {
		t.fail("%s takes one number, such as +10: %v", d.Cmd, err)
	}
	return n
}

// planned is an envelope ready to be sent.
type planned struct {
	raw   []byte
	kinds []string
	name  string
}

// plan makes the envelope of one entry directive.
func (t *Transcript) plan(args []datadriven.CmdArg, input string) planned {
	t.T.Helper()
	if len(args) == 0 || !strings.Contains(args[0].Key, "/") {
		t.fail("an entry begins with its module/kind")
	}
	act, p := Act{}, planned{}
	for _, arg := range args[1:] {
		t.setArg(&act, &p, arg)
	}
	if act.As == "" {
		t.fail("an entry needs as=organisation")
	}
	kind, body := args[0].Key, []string(nil)
	add := func() {
		act.Entries = append(act.Entries, t.entry(kind, strings.Join(body, "\n")))
		p.kinds = append(p.kinds, kind)
	}
	for line := range strings.SplitSeq(input, "\n") {
		if next, ok := strings.CutPrefix(line, "and "); ok {
			add()
			kind, body = strings.TrimSpace(next), nil
			continue
		}
		body = append(body, line)
	}
	add()
	for _, name := range append([]string{act.As, act.KeyName}, append(act.Also, act.Signers...)...) {
		t.know("@k." + name)
	}
	p.raw = t.Envelope(act)
	if p.name != "" {
		env, _, err := t.Runtime.Decode(p.raw)
		if env.BodyBytes == nil {
			t.fail("couldn't name the entry: %v", err)
		}
		t.Define("@e."+p.name, env.ID().String())
	}
	return p
}

func (t *Transcript) setArg(act *Act, p *planned, arg datadriven.CmdArg) {
	t.T.Helper()
	switch arg.Key {
	case "as":
		act.As = arg.SingleVal(t.T)
	case "also":
		act.Also = arg.Vals
	case "key":
		act.KeyName = arg.SingleVal(t.T)
	case "keyid":
		arg.Scan(t.T, 0, &act.KeyID)
	case "signers":
		act.Signers = arg.Vals
	case "id":
		p.name = arg.SingleVal(t.T)
	default:
		t.fail("an entry has no argument %q", arg.Key)
	}
}

// planBlock reads several entry directives.
func (t *Transcript) planBlock(input string) []planned {
	t.T.Helper()
	var out []planned
	var args []datadriven.CmdArg
	var body []string
	flush := func() {
		if args != nil {
			out = append(out, t.plan(args, strings.Join(body, "\n")))
		}
		body = nil
	}
	for line := range strings.SplitSeq(input, "\n") {
		if !strings.HasPrefix(line, "entry ") {
			body = append(body, line)
			continue
		}
		flush()
		var err error
		if _, args, err = datadriven.ParseLine(line); err != nil {
			t.fail("couldn't read %q: %v", line, err)
		}
	}
	flush()
	return out
}

// runBlock executes envelopes as one block and tells what came of it.
func (t *Transcript) runBlock(plans []planned) string {
	t.T.Helper()
	before := t.rows()
	raws := make([][]byte, len(plans))
	for i, p := range plans {
		raws[i] = p.raw
	}
	results := t.Block(raws...)
	var out strings.Builder
	ofEntries := 0
	for i, p := range plans {
		if len(plans) > 1 {
			fmt.Fprintf(&out, "%s: ", strings.Join(p.kinds, " and "))
		}
		ofEntries += t.showResult(&out, p.kinds, results[i])
	}
	if rest := t.Last.Changes.Events[ofEntries:]; len(rest) > 0 {
		out.WriteString("at the end of the block\n")
		for _, e := range rest {
			t.showEvent(&out, e)
		}
	}
	for _, u := range t.Last.Validators {
		fmt.Fprintf(&out, "validator %s power %d\n", t.showBytes(u.Key[:]), u.Power)
	}
	t.showDiff(&out, before, t.rows())
	return out.String()
}

// showResult tells what came of one envelope and returns its number of events.
func (t *Transcript) showResult(out *strings.Builder, kinds []string, res ledger.TxResult) int {
	t.T.Helper()
	t.Script.Seen.noteKinds(kinds, res.Code == 0)
	if res.Code != 0 {
		code, known := t.code(res.Code)
		if !known {
			t.fail("error number %d (%s) stands in no module's Codes", res.Code, res.Log)
		}
		t.Script.Seen.noteCode(code.Name)
		fmt.Fprintf(out, "refused %s (%s): %s\n", code.Name, code.Kind, t.shorten(strings.TrimPrefix(res.Log, code.Name+": ")))
		return 0
	}
	fmt.Fprintln(out, "ok")
	read, err := proof.DecodeResult(res.Code, res.Data)
	if err != nil {
		t.fail("%v", err)
	}
	for _, e := range read.Events {
		t.showEvent(out, e)
	}
	return len(read.Events)
}

func (t *Transcript) code(number uint32) (ledger.Code, bool) {
	codes := ledger.Codes()
	for _, m := range t.Script.Modules {
		codes = append(codes, m.Codes...)
	}
	for _, c := range codes {
		if c.Number == number {
			return c, true
		}
	}
	return ledger.Code{}, false
}
