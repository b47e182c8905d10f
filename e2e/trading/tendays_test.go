//go:build linux

package trading

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"pedigree/e2e/cluster"
	"pedigree/format/epcis"
	"pedigree/format/epcis/epcistest"
	"pedigree/format/gs1"
)

func TestTenDaysOfTrade(t *testing.T) {
	s := newStory(t)
	for day, happens := range []func(*story){one, two, three, four, five, six, seven, eight, nine, ten} {
		if day > 0 {
			s.dawn(day + 1)
		}
		happens(s)
	}
	s.pains()
	s.categories()
	s.theEnd()
}

func all(*epcis.Event) bool { return true }

// one: the companies enter each other in their books, and a pallet goes from the maker
// to the wholesaler.
func one(s *story) {
	s.lot = s.goods(1, 2, 2, 4)
	for _, m := range s.net.List[:3] {
		for _, of := range []struct{ id, role, gln, state, zone string }{
			{"maker", "manufacturer", "0399991000015", "IL", "America/Chicago"},
			{"wholesaler", "wholesaler", "0614141000012", "OH", "America/New_York"},
			{"pharmacy", "dispenser", "0860001000009", "AZ", "America/Phoenix"},
		} {
			number := "0"
			if of.id == m.ID {
				s.run(m, "partner", "name", "0", of.id+" (test)", "--org", of.id, "--role", of.role)
			} else {
				number = s.keep(s.run(m, "partner", "add", of.id+" (test)", "--org", of.id, "--role", of.role), `^(\d+): `)
			}
			s.run(m, "partner", "site", number, of.gln, "--name", "Main", "--street", "1 Example Street", "--city", "Springfield", "--state", of.state,
				"--postal", "62701", "--country", "US", "--zone", of.zone, "--calendar", "us-federal")
			s.run(m, "partner", "contact", number, "exceptions", "--email", "exceptions@"+of.id+".example", "--phone", "555-0100")
		}
	}
	pallets := s.made(s.lot, "lot-1.xml")
	delivery := s.sent(s.maker, s.wholesaler, pallets[0], "--po", "PO-1")
	s.says(s.run(s.wholesaler, "dock", "open", "--inbox", delivery, "--site", "0614141000012"), "^session 1: open")
	s.says(s.run(s.wholesaler, "dock", "scan", "1", pallets[0]), "^ok ", "8 of 8 packs, 8 by inference; 0 missing")
	s.says(s.run(s.wholesaler, "dock", "finish", "1"), "^session 1: done")
	s.isWord(s.wholesaler, s.lot.Pack(0), "ok verdict/custody-proved")
	s.until(s.maker, "received", "outbox", "show", delivery)
	s.isWord(s.maker, s.lot.Pack(0), "stop verdict/not-here")
	s.registered(s.today().AddDate(0, 0, 2))
}

// supplied is a file of the supplier who is not on the ledger, with the goods.
func (s *story) supplied(first, cases, packs int) epcistest.Shipment {
	g := s.goods(first, 1, cases, packs)
	g.Sender = epcistest.Party{Prefix: supplierPrefix, Name: "Supplier (test)", Owner: "00001", Location: "00001", Street: "3 Example Street", City: "Peoria", State: "IL", Postal: "61602"}
	g.Receiver = epcistest.Party{Prefix: "0860001", Name: "pharmacy (test)", Owner: "00000", Location: "00000", Street: "1 Example Street", City: "Springfield", State: "AZ", Postal: "62701"}
	g.NDC, g.Shipped = "88881-123-45", s.today().Add(-time.Hour)
	g.Lot, g.Order = fmt.Sprintf("LOT-S%d", first), fmt.Sprintf("PO-S%d", first)
	return g
}

// registered loads a list of the day, which shows the supplier's registration until then.
func (s *story) registered(until time.Time) {
	s.Helper()
	mapping := s.write([]byte(`{"source": "register-test", "kind": "registration", "role": "manufacturer", "place": "US", "complete": true, "dates": "YYYY-MM-DD",
		"columns": {"key": "License", "from": "Issued", "to": "Expires", "status": "Status"}, "ignored": ["Name"], "statuses": {"ACTIVE": "active"}}`), "register.json")
	list := s.write(fmt.Appendf(nil, "License,Name,Issued,Expires,Status\nIL-1,Supplier (test),2020-01-01,%s,ACTIVE\n", until.Format(time.DateOnly)), "register.csv")
	s.run(s.pharmacy, "partner", "load", mapping, list, "--as-of", s.today().Format(time.DateOnly))
}

// again has the supplier's program leave the same file under another name, which makes
// no second document.
func (s *story) again(g epcistest.Shipment, name string) {
	s.Helper()
	if err := os.Rename(s.document(g, name, all), filepath.Join(s.drop, name)); err != nil {
		s.Fatal(err)
	}
	s.until(s.pharmacy, name, "ways", "files", "supplier")
}

// left has the supplier's program leave a file, waits until it is taken, and returns the
// document's number.
func (s *story) left(g epcistest.Shipment, name string) (document string) {
	s.Helper()
	made := s.document(g, name, all)
	if err := os.Rename(made, filepath.Join(s.drop, name)); err != nil {
		s.Fatal(err)
	}
	return s.keep(s.until(s.pharmacy, fmt.Sprintf(`%d packages from %s`, g.Packs(), supplierGLN), "ti", "list"), fmt.Sprintf(`^ *(\d+) .* %d packages from`, g.Packs()))
}

// two: the pharmacy gets a pallet from the wholesaler, and goods of a supplier who is
// not on the ledger and whose licence a board's list shows until the evening of day four.
func two(s *story) {
	s.supplier = s.keep(s.run(s.pharmacy, "partner", "add", "Supplier (test)", "--role", "manufacturer"), `^(\d+): `)
	s.run(s.pharmacy, "partner", "site", s.supplier, supplierGLN, "--name", "Plant", "--street", "3 Example Street", "--city", "Peoria", "--state", "IL", "--postal", "61602", "--country", "US", "--zone", "America/Chicago")
	s.run(s.pharmacy, "partner", "match", s.supplier, supplierGLN, "register-test", "IL-1")
	notices := s.write([]byte("gtin,lot,reference,class,from,to\n00312345678906,X,none of these,2,,\n"), "notices.csv")
	s.run(s.pharmacy, "recalls", "load", notices, "--source", "agency", "--as-of", s.today().Format(time.DateOnly))

	g := s.supplied(1, 1, 4)
	s.first = g
	s.left(g, "supplier-1.xml")
	session := s.keep(s.run(s.pharmacy, "dock", "open", "--item", g.Pallet(0), "--site", "0860001000009"), `^session (\d+): open`)
	s.run(s.pharmacy, "dock", "scan", session, g.Pallet(0))
	s.says(s.run(s.pharmacy, "dock", "finish", session), `: authorised \(partner check \d+\)`)
	s.isWord(s.pharmacy, g.Pack(0), "ok verdict/seller-reported")
}

// three: of the second pallet one pack is missing and one too many came. The good part
// is on the shelf at once; both partners see each case.
func three(s *story) {
	pallet := s.lot.Pallet(1)
	delivery := s.sent(s.maker, s.wholesaler, pallet, "--po", "PO-2")
	session := s.keep(s.run(s.wholesaler, "dock", "open", "--inbox", delivery, "--site", "0614141000012"), `^session (\d+): open`)
	s.run(s.wholesaler, "dock", "scan", session, pallet, "--what", "open")
	s.run(s.wholesaler, "dock", "scan", session, s.lot.Case(2))
	s.run(s.wholesaler, "dock", "scan", session, s.lot.Case(3), "--what", "open")
	for n := 12; n < 15; n++ {
		s.run(s.wholesaler, "dock", "scan", session, s.lot.Pack(n))
	}
	stray := s.goods(1000, 1, 1, 2)
	s.made(stray, "lot-2.xml")
	s.exits(unchecked, s.wholesaler, "dock", "scan", session, stray.Pack(0))
	s.run(s.wholesaler, "dock", "show", session)
	out := s.exits(no, s.wholesaler, "dock", "finish", session)
	s.says(out, "dock/concealed-shortage", "dock/overage")
	s.isWord(s.wholesaler, s.lot.Pack(14), "ok verdict/custody-proved")
	s.isWord(s.wholesaler, s.lot.Pack(15), "stop verdict/not-here")
	short, over := s.keep(out, `2\.2: .*case (\d+)$`), s.keep(out, `1\.1A: .*case (\d+)$`)
	s.run(s.wholesaler, "case", "message", short)
	s.run(s.wholesaler, "case", "message", over)

	// The maker sees both, and answers one.
	list := s.until(s.maker, `(?s)1\.1A.*2\.2|2\.2.*1\.1A`, "case", "list")
	theirs := s.keep(list, `^ *(\d+) .* 2\.2 `)
	s.says(s.run(s.maker, "case", "show", theirs), "Credit account", "100000000016")
	s.run(s.maker, "case", "answer", theirs, "--accept", "--comment", "a credit note is on its way")
	s.until(s.wholesaler, "agreed", "case", "show", short)
	s.run(s.wholesaler, "case", "settle", short, "--word", "credit note 7")
	s.until(s.maker, "settled", "case", "show", theirs)
	s.unanswered = over
}

// four: a code says another lot than the data, at the pharmacy. The goods without fault
// are dispensed meanwhile.
func four(s *story) {
	delivery := s.sent(s.wholesaler, s.pharmacy, s.lot.Pallet(0), "--po", "PO-3")
	session := s.keep(s.run(s.pharmacy, "dock", "open", "--inbox", delivery, "--site", "0860001000009"), `^session (\d+): open`)
	s.run(s.pharmacy, "dock", "scan", session, s.lot.Pallet(0), "--what", "open")
	s.run(s.pharmacy, "dock", "scan", session, s.lot.Case(0))
	s.run(s.pharmacy, "dock", "scan", session, s.lot.Case(1), "--what", "open")
	for n := 4; n < 7; n++ {
		s.run(s.pharmacy, "dock", "scan", session, s.lot.Pack(n))
	}
	s.says(s.exits(no, s.pharmacy, "dock", "scan", session, s.code(s.lot.Pack(7), "LOT-OTHER")), "dock/lot")
	finish := s.exits(no, s.pharmacy, "dock", "finish", session)
	s.says(finish, "data-issue, 1.2")
	theirs := s.toldOf(s.pharmacy, s.wholesaler, s.keep(finish, `1\.2: .*case (\d+)$`), "1.2")
	s.says(s.run(s.wholesaler, "case", "show", theirs), "Send new data", "lot LOT-OTHER, expiry .*; the data says lot LOT-7A")
	s.isWord(s.pharmacy, s.lot.Pack(4), "ok verdict/custody-proved")
	s.run(s.pharmacy, "dispense", s.lot.Pack(4))
	s.isWord(s.pharmacy, s.lot.Pack(4), "stop verdict/dispensed")
	s.run(s.pharmacy, "case", "list", "--all")
}

// toldOf tells a partner of a case, and returns its number there.
func (s *story) toldOf(from, to *cluster.Member, number, scenario string) string {
	s.Helper()
	s.run(from, "case", "message", number)
	return s.keep(s.until(to, ` `+regexp.QuoteMeta(scenario)+` `, "case", "list"), `^ *(\d+) .* `+regexp.QuoteMeta(scenario)+` `)
}

// code is what stands on a pack, with a lot.
func (s *story) code(pack, lot string) string {
	s.Helper()
	scan, err := gs1.Parse(pack)
	if err != nil {
		s.Fatal(err)
	}
	id := map[string]string{}
	for _, e := range scan.Elements {
		id[e.AI] = e.Value
	}
	return fmt.Sprintf("(01)%s(21)%s(10)%s", id["01"], id["21"], lot)
}

// five: the supplier's registration has lapsed. What came before stays right, what
// comes now is kept apart, and what was known on each day can be told again.
func five(s *story) {
	s.says(s.exits(no, s.pharmacy, "partner", "check", s.supplier, "--role", "manufacturer", "--gln", supplierGLN), "not-authorised")
	s.isWord(s.pharmacy, s.first.Pack(0), "ok verdict/seller-reported")
	g := s.supplied(100, 1, 5)
	s.left(g, "supplier-2.xml")
	session := s.keep(s.run(s.pharmacy, "dock", "open", "--item", g.Pallet(0), "--site", "0860001000009"), `^session (\d+): open`)
	s.run(s.pharmacy, "dock", "scan", session, g.Pallet(0))
	s.says(s.exits(no, s.pharmacy, "dock", "finish", session), "not-authorised", "dock/seller-not-authorised")
	if word := s.word(s.pharmacy, g.Pack(0)); strings.HasPrefix(word, "ok ") {
		s.Errorf("day 5: of goods of a seller without a licence the pharmacy says %s", word)
	}
	was := s.began.UTC().AddDate(0, 0, 1)
	s.says(s.run(s.pharmacy, "partner", "was", s.supplier, "--role", "manufacturer", "--gln", supplierGLN, "--at", was.Format(time.RFC3339), "--known", was.Add(time.Hour).Format(time.RFC3339)), "^authorised")
	s.registered(s.today().AddDate(1, 0, 0))
}

// six: goods come before their data, which comes late, then twice, then corrected; and
// data comes of goods that don't.
func six(s *story) {
	g := s.supplied(200, 1, 6)
	session := s.keep(s.run(s.pharmacy, "dock", "open", "--site", "0860001000009"), `^session (\d+): open`)
	for n := range 6 {
		s.says(s.exits(unchecked, s.pharmacy, "dock", "scan", session, s.code(g.Pack(n), g.Lot)), "dock/product-no-data")
	}
	document := s.left(g, "supplier-3.xml")
	s.again(g, "supplier-3-again.xml")
	s.run(s.pharmacy, "dock", "join", session, document)
	s.run(s.pharmacy, "dock", "finish", session)
	s.isWord(s.pharmacy, g.Pack(0), "ok verdict/seller-reported")

	missing := s.supplied(300, 1, 7)
	document = s.left(missing, "supplier-4.xml")
	s.says(s.run(s.pharmacy, "ti", "list", "--state", "waiting-for-goods"), "7 packages")
	s.says(s.run(s.pharmacy, "case", "open", "2.1A", "--partner", s.supplier, "--po", missing.Order, "--document", document, "--item", missing.Pallet(0)), "^case ")
}

// seven: the wholesaler keeps two pallets for the maker. One is sold, and handed on by the
// maker's order; the other is ordered back.
func seven(s *story) {
	g := s.goods(2000, 2, 1, 4)
	pallets := s.made(g, "lot-3.xml")
	s.received(s.maker, s.wholesaler, append(pallets, "--custody-only")...)
	s.until(s.maker, "003999910000020", "inventory", "--status", "in-care")
	s.until(s.wholesaler, "003999910000020", "inventory", "--status", "kept")
	s.says(s.exits(refused, s.wholesaler, "ship", pallets[0], "--to", "pharmacy"), "only its owner sells it")
	s.says(s.exits(refused, s.maker, "ship", pallets[0], "--to", "pharmacy", "--custody-only"), "keeps")
	s.received(s.maker, s.pharmacy, pallets[0], "--title-only", "--po", "PO-7")
	s.isWord(s.pharmacy, g.Pack(0), "stop verdict/not-here")
	s.handedOver(s.pharmacy, pallets[0], "--po", "PO-7")
	s.isWord(s.pharmacy, g.Pack(0), "ok verdict/custody-proved")
	s.handedOver(s.maker, pallets[1], "--text", "to be labelled anew")
	s.isWord(s.maker, g.Pack(4), "ok verdict/custody-proved")
	if kept := s.run(s.wholesaler, "inventory", "--status", "kept"); strings.Contains(kept, "003999910000020") {
		s.Errorf("day 7: the wholesaler still keeps what it handed on:\n%s", kept)
	}
}

// handedOver has the wholesaler hand on what it keeps for the maker, by an order that a
// person there accepts.
func (s *story) handedOver(to *cluster.Member, item string, args ...string) {
	s.Helper()
	order := s.keep(s.run(s.maker, append([]string{"handover", "order", item, "--to", to.ID}, args...)...), `  ([0-9a-f]{64})$`)
	s.until(s.wholesaler, "ordered .*"+order, "handover", "list")
	s.says(s.exits(refused, s.wholesaler, "handover", "ship", order), "accept it first")
	s.run(s.wholesaler, "handover", "accept", order)
	s.until(s.maker, "accepted .*"+order, "handover", "list")
	delivery := s.keep(s.until(s.wholesaler, `"delivery": "`, "handover", "ship", order, "--json"), `"delivery": "([0-9a-f]{64})"`)
	s.until(to, "waiting", "inbox", "show", delivery)
	s.says(s.until(to, "^OK: ", "receive", "--inbox", delivery), "OK +received")
	s.until(s.maker, "shipped .*"+order, "handover", "list")
}

// eight: the wholesaler sells what the maker sends straight to the pharmacy.
func eight(s *story) {
	g := s.goods(3000, 1, 1, 4)
	pallet := s.made(g, "lot-4.xml")[0]
	s.received(s.maker, s.wholesaler, pallet, "--title-only", "--po", "PO-8")
	s.received(s.wholesaler, s.pharmacy, pallet, "--title-only", "--po", "PO-88")
	s.isWord(s.pharmacy, g.Pack(0), "stop verdict/not-here")
	s.until(s.maker, "003999910000030", "inventory", "--status", "kept")
	s.received(s.maker, s.pharmacy, pallet, "--custody-only")
	s.isWord(s.pharmacy, g.Pack(0), "ok verdict/custody-proved")
}

// nine: a pack goes back and waits on hold; another leaves the network and comes back; a label is damaged.
func nine(s *story) {
	back := s.until(s.pharmacy, `"delivery": "`, "return", s.lot.Pack(5), "--reason", "overage", "--rma", "RMA-9", "--json") // asks for receiving keys first
	delivery := s.keep(back, `"delivery": "([0-9a-f]{64})"`)
	s.until(s.wholesaler, "waiting", "inbox", "show", delivery)
	s.says(s.until(s.wholesaler, "^OK: ", "receive", "--inbox", delivery), "a return, overage, authorisation RMA-9", "OK +received", "it is on hold")
	s.isWord(s.wholesaler, s.lot.Pack(5), "stop verdict/held")
	s.run(s.wholesaler, "release", s.lot.Pack(5), "--reason", "seal whole, kept cold")
	s.isWord(s.wholesaler, s.lot.Pack(5), "ok verdict/custody-proved")
	stray := s.goods(1000, 1, 1, 2)
	s.run(s.maker, "depart", stray.Pack(1), "--reason", "sold to a hospital without a node")
	if word := s.word(s.maker, stray.Pack(1)); !strings.HasPrefix(word, "stop ") {
		s.Errorf("day 9: of what has left the maker says %s", word)
	}
	s.run(s.maker, "reenter", stray.Pack(1), "--verified")
	s.says(s.run(s.maker, "scan", stray.Pack(1)), "^OK ", "verdict/was-out")
	s.damaged = s.keep(s.run(s.pharmacy, "case", "open", "3.2", "--org", "wholesaler", "--item", s.lot.Pack(0), "--text", "the symbol can't be read"), `^case (\d+), open`)
	s.toldOf(s.pharmacy, s.wholesaler, s.damaged, "3.2")
}

// ten: what nobody answered is overdue; a pack turns suspect, and is cleared; a notice
// recalls a lot; an inspector asks; a node dies in the middle of a receipt.
func ten(s *story) {
	s.says(s.run(s.wholesaler, "case", "list", "--overdue"), "^ *"+s.unanswered+" ")

	s.run(s.pharmacy, "case", "escalate", s.damaged, "--reason", "the label is not the maker's")
	s.isWord(s.pharmacy, s.lot.Pack(0), "stop verdict/suspect")
	s.isWord(s.pharmacy, s.lot.Pack(1), "ok verdict/custody-proved")
	all := s.run(s.pharmacy, "case", "show", s.damaged)
	pieces := regexp.MustCompile(`(?m)^ *evidence (\d+) `).FindAllStringSubmatch(all, -1)
	if len(pieces) == 0 {
		s.Fatalf("day 10: the case has no evidence:\n%s", all)
	}
	s.run(s.pharmacy, "case", "clear", s.damaged, "--reason", "the maker has changed its label", "--read", pieces[len(pieces)-1][1])
	s.isWord(s.pharmacy, s.lot.Pack(0), "ok verdict/custody-proved")

	g := s.goods(4000, 1, 1, 4)
	pallet := s.made(g, "lot-5.xml")[0]
	delivery := s.sent(s.maker, s.pharmacy, pallet, "--po", "PO-10")
	killed := make(chan error, 1)
	go func() { _, _, err := s.pharmacy.Do(s.Context(), "receive", "--inbox", delivery); killed <- err }()
	time.Sleep(killAfter)
	if err := errors.Join(s.pharmacy.Kill(), <-killed, s.pharmacy.Restart(s.Context(), 0)); err != nil {
		s.Fatal(err)
	}
	s.says(s.until(s.pharmacy, "^OK: ", "receive", "--inbox", delivery), "OK +received +/00/")
	s.isWord(s.pharmacy, g.Pack(0), "ok verdict/custody-proved")

	notices := s.write([]byte("gtin,lot,reference,class,from,to\n00399991123455,LOT-7A,R-1,2,,\n"), "recall.csv")
	s.run(s.pharmacy, "recalls", "load", notices, "--source", "agency", "--as-of", s.today().Format(time.DateOnly))
	s.isWord(s.pharmacy, s.lot.Pack(6), "stop verdict/recalled")
	s.recalled()

	s.run(s.pharmacy, "product", "conflicts")
	s.run(s.pharmacy, "maker", "ask", "--for", "suspect", s.lot.Pack(1))
	s.until(s.pharmacy, "maker: match", "maker", "show", s.lot.Pack(1))
	s.inspected()
}

// recalled sends what may not be sold any more back to its seller, who agreed to that.
func (s *story) recalled() {
	s.Helper()
	pack := s.lot.Pack(6)
	ours := s.keep(s.run(s.pharmacy, "case", "open", "5.1", "--org", "wholesaler", "--item", pack, "--text", "recall R-1"), `^case (\d+), open`)
	theirs := s.toldOf(s.pharmacy, s.wholesaler, ours, "5.1")
	s.says(s.run(s.wholesaler, "case", "show", theirs), "Return product")
	s.run(s.wholesaler, "case", "answer", theirs, "--accept")
	s.until(s.pharmacy, "agreed", "case", "show", ours)
	s.says(s.exits(refused, s.pharmacy, "case", "settle", ours), "received it back")
	delivery := s.keep(s.until(s.pharmacy, `"delivery": "`, "return", pack, "--reason", "recalled", "--json"), `"delivery": "([0-9a-f]{64})"`)
	s.until(s.wholesaler, "waiting", "inbox", "show", delivery)
	s.says(s.until(s.wholesaler, "^OK: ", "receive", "--inbox", delivery), "a return, recalled")
	s.until(s.pharmacy, "^case "+ours+", settled", "case", "settle", ours)
	s.until(s.wholesaler, "settled", "case", "show", theirs)
}

// categories holds that a partner saw a case of each category, on its own side.
func (s *story) categories() {
	s.Helper()
	seen := map[string]bool{}
	for _, m := range s.net.List[:3] {
		ctx, cancel := context.WithTimeout(s.Context(), verbWait)
		_, out, err := m.Do(ctx, "case", "list", "--all", "--json")
		cancel()
		var list []struct {
			Category string
			Asking   bool
		}
		if err = errors.Join(err, json.Unmarshal([]byte(out), &list)); err != nil {
			s.Fatalf("the cases of %s can't be read: %v\n%s", m.ID, err, out)
		}
		for _, k := range list {
			seen[k.Category] = seen[k.Category] || !k.Asking
		}
	}
	for _, want := range []string{"data-issue", "data-no-product", "product-no-data", "packaging-labeling", "unavailable"} {
		if !seen[want] {
			s.Errorf("no partner saw a case of category %s", want)
		}
	}
}

// inspected answers an inspector: what came from a supplier without a node, what came on the
// ledger and what left on it are found alike.
func (s *story) inspected() {
	s.Helper()
	page := filepath.Join(s.dir, "inspection.html")
	s.run(s.pharmacy, "ti", "find", "--gtin", "00388881123453", "--asked-by", "request 17", "--print", page)
	if text, err := os.ReadFile(page); err != nil || !strings.Contains(string(text), supplierGLN) || !strings.Contains(string(text), "request 17") || !strings.Contains(string(text), "End of the answer") {
		s.Errorf("day 10: the inspector's page has %d bytes: %v", len(text), err)
	}
	s.says(s.run(s.pharmacy, "ti", "find", "--way", "in", "--item", s.lot.Pack(6)), "from wholesaler", "received")
	s.says(s.run(s.wholesaler, "ti", "find", "--way", "out", "--item", s.lot.Pack(6)), "to pharmacy", "its data acknowledged")
	s.says(s.run(s.wholesaler, "ti", "find", "--way", "in", "--item", s.lot.Pack(6)), "from maker")
}

// theEnd holds each company's stock against the ledger, and all nodes against each other.
func (s *story) theEnd() {
	s.Helper()
	s.net.End()
	for _, m := range s.net.List {
		s.run(m, "fsck")
	}
}
