package trace_test

import (
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cockroachdb/datadriven"

	"pedigree/domain/org"
	"pedigree/domain/trace"
	"pedigree/ledger"
	"pedigree/ledger/ledgertest"
	"pedigree/proof"
)

// transcripts keeps the goods that the scripts of this module have sealed, by the
// transcript that runs.
type transcripts map[*ledgertest.Transcript]map[string]*goods

func (ts transcripts) of(t *ledgertest.Transcript, name string) *goods {
	t.T.Helper()
	g := ts[t][name]
	if g == nil {
		t.T.Fatalf("nothing has made the goods %q", name)
	}
	return g
}

// script runs transcripts with these directives besides those of every module:
//
//	goods pallet(case1(a,b),case2(c))      seals goods; each item x gives the
//	                                       symbols @leaf.x, @root.x and @tag.x
//	opening name of=pallet shows=(case1)   makes @open.name, a batch opening
//	level name of=pallet shows=(case1)     makes @level.name, one slot with its hashes
//	statement name of=lot1 org=maker [chain=x] [key=y] [keyid=2]
//	                                       makes @stmt.name, the commitment, and
//	                                       @statement.name, what opens it
//	stock lot1 item=pallet owner=m holder=n [class=2] [stmt=name] [until=60] [as=maker]
//	                                       commissions goods under key0 lot1
func script() ledgertest.Script {
	ts := transcripts{}
	symbols := map[string]string{}
	for _, m := range founding().Members {
		symbols["@k."+m.ID] = m.Key.String()
	}
	return ledgertest.Script{
		Modules: modules(), Governor: org.Governor{}, Founding: encodedFounding(), Symbols: symbols,
		Print: map[string]func(key, value []byte) (string, string){
			"trace/record": printRecord, "trace/origin": printOrigin, "trace/prune-due": printDue, "trace/recall": printRecall,
		},
		Commands: map[string]func(*ledgertest.Transcript, *datadriven.TestData) string{
			"goods": ts.goods, "opening": ts.opening, "level": ts.level, "statement": statement, "stock": ts.stock,
		},
	}
}

// goods reads a tree such as pallet(case1(a,b),c).
func (ts transcripts) goods(t *ledgertest.Transcript, d *datadriven.TestData) string {
	t.T.Helper()
	text := strings.Join(strings.Fields(d.Input), "")
	top, rest := parseGoods(text)
	if rest != "" {
		t.T.Fatalf("couldn't read the goods from %q on", rest)
	}
	if ts[t] == nil {
		ts[t] = map[string]*goods{}
	}
	grow(top.name, top.goods)
	var out strings.Builder
	ts.define(t, &out, top, "")
	return out.String()
}

type namedGoods struct {
	*goods
	name  string
	inner []namedGoods
}

func parseGoods(text string) (namedGoods, string) {
	end := strings.IndexAny(text, "(,)")
	if end < 0 {
		end = len(text)
	}
	g, rest := namedGoods{name: text[:end]}, text[end:]
	if !strings.HasPrefix(rest, "(") {
		g.goods = unit(g.name)
		return g, rest
	}
	g.goods = container(g.name)
	for strings.HasPrefix(rest, "(") || strings.HasPrefix(rest, ",") {
		var in namedGoods
		in, rest = parseGoods(rest[1:])
		g.inner = append(g.inner, in)
		g.goods.inner = append(g.goods.inner, in.goods)
	}
	return g, strings.TrimPrefix(rest, ")")
}

func (ts transcripts) define(t *ledgertest.Transcript, out *strings.Builder, g namedGoods, indent string) {
	ts[t][g.name] = g.goods
	t.Define("@leaf."+g.name, g.leaf.String())
	t.Define("@tag."+g.name, fmt.Sprintf(`"leaf": "%s", "depth": %d, "root": "%s"`, g.leaf, g.depth, rootText(g.goods)))
	fmt.Fprintf(out, "%s%s", indent, g.name)
	if g.depth > 0 {
		t.Define("@root."+g.name, g.root.String())
		fmt.Fprintf(out, " depth %d", g.depth)
		for i, in := range g.inner {
			fmt.Fprintf(out, " %d=%s", g.order[i], in.name)
		}
	}
	out.WriteString("\n")
	for _, in := range g.inner {
		ts.define(t, out, in, indent+"  ")
	}
}

func rootText(g *goods) string {
	if g.depth == 0 {
		return ""
	}
	return g.root.String()
}

// shown returns a container and what a directive shows of it.
func (ts transcripts) shown(t *ledgertest.Transcript, d *datadriven.TestData) (*goods, []*goods) {
	var shown []*goods
	for _, arg := range d.CmdArgs {
		if arg.Key != "shows" {
			continue
		}
		for _, name := range arg.Vals {
			shown = append(shown, ts.of(t, name))
		}
	}
	return ts.of(t, arg(d, "of", "")), shown
}

func (ts transcripts) opening(t *ledgertest.Transcript, d *datadriven.TestData) string {
	g, shown := ts.shown(t, d)
	o := g.opening(shown...)
	t.Define("@open."+d.CmdArgs[0].Key, asJSON(o))
	return fmt.Sprintf("%d of %d slots, %d hashes", len(o.Slots), 1<<g.depth, len(o.Hashes)/proof.HashSize)
}

func (ts transcripts) level(t *ledgertest.Transcript, d *datadriven.TestData) string {
	g, shown := ts.shown(t, d)
	l := g.level(shown[0])
	t.Define("@level."+d.CmdArgs[0].Key, asJSON(l))
	return fmt.Sprintf("slot %d of %d, %d hashes", l.Slot.Pos, 1<<g.depth, len(l.Hashes)/proof.HashSize)
}

func asJSON(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(b)
}

func arg(d *datadriven.TestData, key, otherwise string) string {
	for _, a := range d.CmdArgs {
		if a.Key == key {
			return a.Vals[0]
		}
	}
	return otherwise
}

func statement(t *ledgertest.Transcript, d *datadriven.TestData) string {
	name, maker := d.CmdArgs[0].Key, arg(d, "org", "maker")
	var keyID uint64
	fmt.Sscan(arg(d, "keyid", "1"), &keyID)
	s := proof.Statement{
		ChainID: arg(d, "chain", ledgertest.ChainID), Origin: originOf(arg(d, "of", "")), Org: maker, KeyID: keyID,
		Items: []proof.StatementItem{{GTIN: unitGTIN, Lot: lotCode, Expiry: expiry}},
	}
	body, salt := s.Encode(), ledgertest.HashOf("statement "+name)
	sig := proof.Sign(ledgertest.PrivateKey(arg(d, "key", maker)), proof.TaggedHash(proof.TagStatement, body))
	commitment := proof.StatementCommitment(salt, body, sig)
	t.Define("@stmt."+name, commitment.String())
	t.Define("@statement."+name, asJSON(trace.Statement{Salt: salt, Body: body, Signature: sig}))
	return fmt.Sprintf("by %s about %s lot %s", maker, unitGTIN, lotCode)
}

func (ts transcripts) stock(t *ledgertest.Transcript, d *datadriven.TestData) string {
	t.T.Helper()
	key0, owner, holder := d.CmdArgs[0].Key, arg(d, "owner", ""), arg(d, "holder", "")
	stmt := arg(d, "stmt", "")
	if stmt != "" {
		stmt = "@stmt." + stmt
	}
	text := fmt.Sprintf(`{"origins": ["@o.%s"], "key0": "@k.%s", @tag.%s, "owner": "@k.%s", "holder": "@k.%s", "class": %s, "until": %s, "stmt": "%s"}`,
		key0, key0, arg(d, "item", ""), owner, holder, arg(d, "class", "1"), arg(d, "until", "60"), stmt)
	m := new(trace.Commission)
	if err := json.Unmarshal([]byte(t.Resolve(text)), m); err != nil {
		t.T.Fatal(err)
	}
	res := t.Do(ledgertest.Act{As: arg(d, "as", "maker"), Signers: []string{key0}, Entries: []proof.Entry{ledgertest.Entry(t.T, "trace", "commission", m)}})
	if res.Code != 0 {
		t.T.Fatal(res.Log)
	}
	return fmt.Sprintf("commissioned at height %d", t.Height)
}

var stateNames = [...]string{"", "live", "in transit", "packed", "ended"}

var flagNames = []struct {
	flag uint64
	name string
}{
	{proof.FlagHeld, "held"},
	{proof.FlagSuspect, "suspect"},
	{proof.FlagIllegitimate, "illegitimate"},
	{proof.FlagStolen, "stolen"},
	{proof.FlagFrozen, "frozen"},
	{proof.FlagReentered, "was out"},
}

func nameText(key []byte) string {
	return hex.EncodeToString(key[:proof.HashSize]) + " " + hex.EncodeToString(key[proof.HashSize:])
}

// printRecord prints what a record says, without what is zero.
func printRecord(key, value []byte) (string, string) {
	r, err := proof.DecodeRecord(value)
	if err != nil {
		return nameText(key), err.Error()
	}
	lines := []string{stateNames[r.State]}
	for _, f := range flagNames {
		if r.Flags&f.flag != 0 {
			lines = append(lines, f.name)
		}
	}
	add := func(name string, present bool, v any) {
		if present {
			lines = append(lines, fmt.Sprintf("%s %v", name, v))
		}
	}
	add("sealed: depth", r.Depth > 0, fmt.Sprintf("%d root %s", r.Depth, r.Root))
	add("owner", !r.Owner.IsZero(), r.Owner)
	add("holder", !r.Holder.IsZero(), r.Holder)
	add("opened", r.Out > 0, r.Out)
	add("kids", r.Kids > 0, r.Kids)
	add("nest", r.Nest > 0, r.Nest)
	add("answered recall", r.Ack > 0, r.Ack)
	add("since", true, r.At)
	add("offered to", !r.Transit.To.IsZero(), r.Transit.To)
	add("offered to hold to", !r.Transit.ToHolder.IsZero(), r.Transit.ToHolder)
	add("back to", !r.Transit.Back.IsZero(), r.Transit.Back)
	add("until", r.Transit.Deadline > 0, r.Transit.Deadline)
	add("memo", !r.Transit.Memo.IsZero(), r.Transit.Memo)
	add("in", r.State == proof.StatePacked, fmt.Sprintf("%s %s", r.Parent.Origin, r.Parent.Leaf))
	if r.State == proof.StateEnded {
		lines = append(lines, "as "+[...]string{"", "left supply", "left network", "lost", "transformed"}[r.End])
	}
	return nameText(key), strings.Join(lines, "\n")
}

func printOrigin(key, value []byte) (string, string) {
	o, err := proof.DecodeOriginState(value)
	if err != nil {
		return hex.EncodeToString(key), err.Error()
	}
	lines := []string{
		[...]string{"", "made", "repacked", "introduced", "box"}[o.Class], fmt.Sprintf("at height %d on day %d", o.At, o.Day),
		fmt.Sprintf("live %d", o.Live), fmt.Sprintf("ended %v", o.Ended),
	}
	if o.Until > 0 {
		lines = append(lines, fmt.Sprintf("until half-year %d", o.Until))
	}
	if !o.Stmt.IsZero() {
		lines = append(lines, "statement "+o.Stmt.String())
	}
	if o.Recall > 0 {
		lines = append(lines, fmt.Sprintf("under recall %d, answered %d", o.Recall, o.Acked))
	}
	for _, p := range o.Parents {
		lines = append(lines, "made from "+p.String())
	}
	if o.Closed > 0 {
		lines = append(lines, fmt.Sprintf("closed on day %d", o.Closed))
	}
	return hex.EncodeToString(key), strings.Join(lines, "\n")
}

func printDue(key, value []byte) (string, string) {
	what := map[byte]string{1: "records", 2: "counters"}[value[0]]
	return fmt.Sprintf("day %d %x", binary.BigEndian.Uint32(key), key[4:]), what
}

func printRecall(key, value []byte) (string, string) {
	var r trace.Recall
	if err := ledger.DecodeMessage(value, &r); err != nil {
		return "", err.Error()
	}
	return fmt.Sprint(binary.BigEndian.Uint64(key)), fmt.Sprintf("by %q at height %d, class %d, text %s, %d origins", r.Org, r.At, r.Class, r.Text, r.Count)
}

func TestTranscripts(t *testing.T) {
	s := script()
	s.Seen = ledgertest.NewCoverage()
	files, err := filepath.Glob("testdata/*.txt") // and nothing that rapid leaves there
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, f := range files {
		s.Run(t, f)
	}
	for _, missing := range s.Seen.Missing(trace.Module()) {
		t.Error(missing)
	}
}
