package proof

import (
	"fmt"
	"time"
)

// Verify checks the bundle step by step. The report holds every step up to the
// first that fails, which the error names. A bundle can hold in every step and
// still say that the goods must not be accepted: see Report.Alerts.
func (b Bundle) Verify(t Trust, o Options) (BundleReport, error) {
	r := BundleReport{Report: Report{Kind: TagBundle}, Origin: b.Origin, Leaf: b.Unit.Leaf()}
	if err := r.header(b.Header, t); err != nil {
		return r, err
	}
	if err := b.Header.proves(b.Parts); err != nil {
		return r, r.stop(PartHeader, err)
	}
	r.age(o)
	steps := []struct {
		part  string
		check func(*BundleReport, Options) error
	}{
		{PartOrigin, b.checkOrigin},
		{PartUnit, b.checkUnit},
		{PartRecord, b.checkRecord},
		{PartPath, b.checkPath},
		{PartStatement, b.checkStatement},
		{PartMaker, b.checkMaker},
		{PartLicence, b.checkLicence},
		{PartPrefix, b.checkPrefix},
		{PartPlace, b.checkPlace},
		{PartPresence, b.checkPresence},
	}
	for _, s := range steps {
		if err := s.check(&r, o); err != nil {
			return r, r.stop(s.part, err)
		}
	}
	r.facts()
	return r, nil
}

func (r *BundleReport) facts() {
	r.fact("GTIN", "%s", r.Unit.GTIN)
	r.fact("Serial number", "%s", r.Unit.Serial)
	r.fact("SSCC", "%s", r.Unit.SSCC)
	r.fact("Lot", "%s", r.Attrs.Lot)
	r.fact("Expiry (YYMMDD)", "%s", r.Attrs.Expiry)
	r.fact("Stated by", "%s", r.Member.Name)
	r.fact("Origin", "%s", r.Origin)
}

// clockSkew is how far a header may be ahead of the verifier's clock.
const clockSkew = 10 * time.Minute

func (r *BundleReport) age(o Options) {
	switch age := o.Now.Sub(r.AsOf); {
	case o.Now.IsZero():
	case age < -clockSkew:
		r.alert("The header is dated %s, later than this clock (%s).", r.AsOf.Format(time.RFC3339), o.Now.UTC().Format(time.RFC3339))
	case o.MaxAge > 0 && age > o.MaxAge:
		r.alert("The header is of %s: older than %s. Ask for a fresh bundle.", r.AsOf.Format(time.RFC3339), o.MaxAge)
	}
}

func (b Bundle) checkOrigin(r *BundleReport, _ Options) error {
	if err := b.Counts.Path.VerifyPresent(b.Parts.StateRoot, OriginKey(b.Origin), b.Counts.Value); err != nil {
		return err
	}
	c, err := DecodeOriginState(b.Counts.Value)
	if err != nil {
		return err
	}
	r.State = c
	if c.Recall != 0 {
		r.alert("RECALLED: recall number %d of the ledger covers this package's commission.", c.Recall)
	}
	day := time.Unix(int64(c.Day)*secondsPerDay, 0).UTC().Format(time.DateOnly)
	text := map[uint64]string{
		ClassMade: "commissioned by a maker", ClassRepacked: "commissioned by a repackager",
		ClassIntroduced: "introduced from outside the network", ClassBox: "a holder's own container",
	}[c.Class]
	if text == "" {
		return refuse(PartOrigin, "it has class %d, which does not exist", c.Class)
	}
	if len(c.Parents) > 0 {
		text += fmt.Sprintf(" out of %d other origins, which are not proved here", len(c.Parents))
	}
	r.ok(PartOrigin, LimitGoods, "The origin was %s at height %d, on %s.", text, c.At, day)
	return nil
}

const secondsPerDay = 86400

func (b Bundle) checkUnit(r *BundleReport, o Options) error {
	var err error
	if r.Unit, err = ParseIdentity(b.Unit.ID); err != nil {
		return err
	}
	if r.Attrs, err = DecodeAttrs(b.Unit.Attrs); err != nil {
		return err
	}
	a := r.Attrs
	switch item := a.Kind == KindUnit || a.Kind == KindCase; {
	case a.Kind == 0:
		return refuse(PartUnit, "it does not say what kind of thing it is")
	case item && r.Unit.GTIN == "", a.Kind == KindPallet && r.Unit.SSCC == "":
		return refuse(PartUnit, "identifier %s does not fit a thing of kind %d", b.Unit.ID, a.Kind)
	case a.Kind == KindUnit && b.Unit.Depth > 0:
		return refuse(PartUnit, "a unit has nothing sealed in it, and %s has", b.Unit.ID)
	case item && (a.Lot == "" || !isDate(a.Expiry)):
		return refuse(PartUnit, "a trade item needs a lot and an expiry date, and has %q and %q", a.Lot, a.Expiry)
	}
	if r.Unit.SSCC != "" || a.Expiry == "" {
		r.ok(PartUnit, LimitGoods, "The leaf is %s.", b.Unit.ID)
		return nil
	}
	if !o.Now.IsZero() && expired(a.Expiry, o.Now) {
		r.alert("EXPIRED: its expiry date is %s (YYMMDD).", a.Expiry)
	}
	r.ok(PartUnit, LimitGoods, "The leaf is %s, lot %s, expiry %s (YYMMDD).", b.Unit.ID, a.Lot, a.Expiry)
	return nil
}

// isDate reports whether s is YYMMDD with a month and a day.
func isDate(s string) bool {
	_, err := time.Parse("060102", s)
	return err == nil
}

// expired reports whether the day YYMMDD has passed. The century is the one that
// puts the year within 50 years of now (GS1 General Specifications, section 7.12).
func expired(yymmdd string, now time.Time) bool {
	day, err := time.Parse("060102", yymmdd)
	if err != nil {
		return false
	}
	now = now.UTC()
	year := now.Year()/100*100 + day.Year()%100
	switch diff := year - now.Year(); {
	case diff > 50:
		year -= 100
	case diff < -49:
		year += 100
	}
	end := time.Date(year, day.Month(), day.Day()+1, 0, 0, 0, 0, time.UTC)
	return !now.Before(end)
}

var endClasses = map[uint64]string{
	EndLeftSupply: "left the supply: dispensed, destroyed or decommissioned", EndLeftNetwork: "left the network: exported or sold outside",
	EndLost: "lost or stolen", EndTransformed: "became part of another product",
}

var flagAlerts = []struct {
	flag uint64
	text string
}{
	{FlagHeld, "is on hold"},
	{FlagSuspect, "is suspect and under investigation"},
	{FlagIllegitimate, "is ILLEGITIMATE"},
	{FlagStolen, "was reported STOLEN"},
	{FlagFrozen, "is frozen by the council"},
}

func (r *Report) recordAlerts(what string, rec Record) {
	if rec.State == StateEnded {
		r.alert("%s has ENDED: %s.", what, endClasses[rec.End])
	}
	for _, f := range flagAlerts {
		if rec.Flags&f.flag != 0 {
			r.alert("%s %s.", what, f.text)
		}
	}
}

func (b Bundle) checkRecord(r *BundleReport, _ Options) error {
	rec, err := b.Record.record(b.Parts.StateRoot, b.Origin, b.recordLeaf())
	if err != nil {
		return err
	}
	r.Record = rec
	what := "The package"
	if len(b.Levels) > 0 {
		what = "The container that the package was sealed in"
	}
	r.recordAlerts(what, rec)
	states := map[uint64]string{StateLive: "live", StateTransit: "on offer to a receiver", StatePacked: "packed in another one", StateEnded: "ended"}
	text := fmt.Sprintf("%s has a record on the ledger, made at height %d; it is %s.", what, rec.At, states[rec.State])
	if rec.Flags&FlagReentered != 0 {
		text += " It left the network once and came back."
	}
	r.ok(PartRecord, "", "%s", text)
	return nil
}

// record checks that the state holds this value for a record.
func (v StateValue) record(root, origin, leaf Hash) (Record, error) {
	if err := v.Path.VerifyPresent(root, RecordKey(origin, leaf), v.Value); err != nil {
		return Record{}, err
	}
	return DecodeRecord(v.Value)
}

func (b Bundle) checkPath(r *BundleReport, _ Options) error {
	inner := Slot{Leaf: r.Leaf, Depth: b.Unit.Depth, Root: b.Unit.Root}
	for i, c := range b.Levels {
		inner.Pos = c.Pos
		root, err := slotRoot(inner, c.Siblings)
		if err != nil {
			return err
		}
		inner = Slot{Leaf: b.Levels[i].Leaf, Depth: uint8(len(c.Siblings)), Root: root}
	}
	if inner.Depth != r.Record.Depth || inner.Root != r.Record.Root {
		return refuse(PartPath, "the unit and its slots lead to a container of depth %d and root %s, the record has depth %d and root %s",
			inner.Depth, inner.Root, r.Record.Depth, r.Record.Root)
	}
	if len(b.Levels) == 0 {
		r.ok(PartPath, "", "The package has a record of its own.")
		return nil
	}
	r.ok(PartPath, "A seal says what was put in when it was closed.", "The package was sealed in, %d containers deep.", len(b.Levels))
	return nil
}
