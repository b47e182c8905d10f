package traceview

import (
	"fmt"
	"time"

	"pedigree/domain/trace/traceview/verdict"
	"pedigree/format/gs1"
	"pedigree/proof"
)

// of gathers every fact about a thing, and its stock row where there is one.
func (j *judging) of(path, text string) ([]verdict.Fact, item, error) {
	facts, it, err := j.known(path, text)
	if err != nil {
		return nil, it, err
	}
	said, err := j.said(path, facts)
	if err != nil {
		return nil, it, err
	}
	facts, err = j.free(path, labelOf(&it, text), it.status == StatusOutside || it.path != "" && !it.offLedger(), append(facts, said...))
	return facts, it, err
}

// offLedger tells whether the ledger never knew a thing of the stock: it came from
// outside the network, or only a file tells of it.
func (it *item) offLedger() bool { return it.salt.IsZero() && it.sealedIn == "" }

// known gathers what is known of a thing without its maker's answers.
func (j *judging) known(path, text string) ([]verdict.Fact, item, error) {
	it, ok, err := j.item(path)
	if err != nil {
		return nil, it, err
	}
	if !ok {
		facts, err := j.unstocked(path, text)
		return facts, it, err
	}
	facts, err := j.own(&it, text)
	if err != nil {
		return nil, it, err
	}
	if it.status == StatusOutside {
		more, err := j.outside(&it)
		return append(facts, more...), it, err
	}
	if it.offLedger() && it.status == StatusDispensed {
		return facts, it, nil // it came from outside the network: the ledger has no more
	}
	if it.offLedger() && it.status == StatusLeft {
		return append(facts, verdict.New(verdict.RuleEnded, path, "It was bought outside the network, and has left for a buyer outside it.", j.here())), it, nil
	}
	if it.offLedger() {
		b := j.here()
		b.Known, b.Source = verdict.Reported, "file"
		return append(facts, verdict.New(verdict.RuleUnknown, path, "Only a file tells of it; it never was in stock here. That is not proof of a fake.", b)), it, nil
	}
	if j.stale() {
		facts = append(facts, verdict.New(verdict.RuleRecallListOld, path, "The newest block here is of "+j.blockTime.Format(time.RFC3339)+".", j.ledger()))
	}
	committed, err := j.committed(&it)
	return append(facts, committed...), it, err
}

// own gathers what this organisation knows by itself: that it dispensed the thing,
// that another was offered under its number, what the scan and calendar say, and recall
// notices.
func (j *judging) own(it *item, text string) ([]verdict.Fact, error) {
	facts, err := j.dispensed(it.path, it.status)
	if err != nil {
		return nil, err
	}
	n := 0
	if !j.none(tableConflict, it.path) {
		if err := j.tx.QueryRow(`SELECT COUNT(*) FROM trace_conflict WHERE path = ?`, it.path).Scan(&n); err != nil {
			return nil, fmt.Errorf("couldn't look up what came in as %s: %w", it.path, err)
		}
	}
	if n > 0 {
		facts = append(facts, verdict.New(verdict.RuleDuplicate, it.path,
			"Another thing was offered here under this serial number: one of them is a copy. Their provenance bundles prove it together.", j.here()))
	}
	facts = append(facts, j.contradictions(it, text)...)
	if it.lot.expiry != "" && expiredBy(it.lot.expiry, j.now) {
		b, _ := j.lotBasis(it)
		facts = append(facts, verdict.New(verdict.RuleExpired, it.path, "It expired on "+expiryText(it.lot.expiry)+".", b))
	}
	doubted, err := j.doubted(it)
	if err != nil {
		return nil, err
	}
	noticed, err := j.noticed(it.path, it.lot.number)
	return append(append(facts, doubted...), noticed...), err
}

// dispensed says that a pack with this serial number was dispensed here.
func (j *judging) dispensed(path string, status int) ([]verdict.Fact, error) {
	if j.none(tableDispense, path) && status != StatusDispensed {
		return nil, nil
	}
	var at int64
	if err := j.tx.QueryRow(`SELECT COALESCE(MAX(at), 0) FROM trace_dispense WHERE path = ?`, path).Scan(&at); err != nil {
		return nil, fmt.Errorf("couldn't look up whether %s was dispensed: %w", path, err)
	}
	text := "A pack with this serial was dispensed here already"
	switch {
	case at != 0:
		text += ", on " + time.Unix(at, 0).UTC().Format(time.RFC3339)
	case status != StatusDispensed:
		return nil, nil
	}
	return []verdict.Fact{verdict.New(verdict.RuleDispensed, path, text+".", j.here())}, nil
}

// scannedLot is the lot that a scan names, or "".
func scannedLot(text string) string { return scanned(text, "10") }

// scanned is the value of an application identifier in a scan, or "".
func scanned(text, ai string) string {
	scan, err := gs1.Parse(text)
	if err != nil {
		return ""
	}
	for _, e := range scan.Elements {
		if e.AI == ai {
			return e.Value
		}
	}
	return ""
}

// contradictions compares what a scan says of lot and expiry with what is known.
func (j *judging) contradictions(it *item, text string) []verdict.Fact {
	scan, err := gs1.Parse(text)
	if err != nil || it.lot.number == "" {
		return nil
	}
	var facts []verdict.Fact
	for _, e := range scan.Elements {
		what, known, says, shown := "", "", e.Value, plainText
		switch e.AI {
		case "10":
			what, known = "lot", it.lot.number
		case "17":
			what, known, shown = "expiry date", it.lot.expiry, expiryText
			if day, err := gs1.ParseDate(e.Value); err == nil {
				says = day.YYMMDD()
			}
		}
		if known != "" && known != says {
			b, who := j.lotBasis(it)
			facts = append(facts, verdict.New(verdict.RuleContradiction, it.path, fmt.Sprintf("The code on the pack says %s %s; %s %s.", what, shown(says), who, shown(known)), b))
		}
	}
	return facts
}

func plainText(text string) string { return text }

// lotBasis is how lot and expiry date of a thing are known, and who says them.
func (j *judging) lotBasis(it *item) (verdict.Basis, string) {
	if it.commission != 0 || it.status != StatusOutside && it.status != StatusDispensed {
		return j.ledger(), "its maker committed to"
	}
	b := j.here()
	b.Known, b.Source = verdict.Reported, "file"
	return b, "its seller's document says"
}

// notHere says where a thing stands that is not in our hands.
func (j *judging) notHere(it, top *item) (verdict.Fact, bool) {
	switch top.status {
	case StatusOnHand, StatusDispensed:
		return verdict.Fact{}, false
	case StatusEnded:
		return verdict.New(verdict.RuleEnded, it.path, "It has left the supply.", j.here()), true
	case StatusLeft:
		return verdict.New(verdict.RuleEnded, it.path, "It has left the network.", j.here()), true
	}
	return verdict.New(verdict.RuleNotHere, it.path, "It is not yours to dispense or ship: "+standingText(*top)+".", j.here()), true
}

// notAPack says that a thing is no pack, where only a pack will do.
func (j *judging) notAPack(it *item) (verdict.Fact, bool) {
	if it.kind == proof.KindUnit {
		return verdict.Fact{}, false
	}
	return verdict.New(verdict.RuleNotAPack, it.path, "This is a "+KindName(it.kind)+", not a pack.", j.here()), true
}
