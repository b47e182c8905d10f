package proof

const (
	makerRoles    = RoleManufacturer | RoleRepackager
	limitMaker    = "It does not show that the goods in hand are those that were made."
	limitLicence  = "Licences are as the members' registry recorded them by then."
	textNoMaker   = "No maker's statement is shown: who made these goods is not proved."
	textNotMaker  = "The goods were introduced by %s, who is not shown to have made them."
	textBoxMaker  = "A holder's own container has no maker; look at what is inside."
	textRepackage = "Commissioned as made, by an organisation that was licensed as a repackager only."
)

// checkStatement opens the commitment in the origin.
func (b Bundle) checkStatement(r *BundleReport, _ Options) error {
	if b.Maker == nil {
		r.notShown(PartStatement, "%s", noMaker(r.State.Class))
		return nil
	}
	s, err := DecodeStatement(b.Maker.Body)
	if err != nil {
		return err
	}
	if got := StatementCommitment(b.Maker.Salt, b.Maker.Body, b.Maker.Signature); got != r.State.Stmt {
		return refuse(PartStatement, "it opens commitment %s, the origin carries %s", got, r.State.Stmt)
	}
	if s.ChainID != r.Chain || s.Origin != b.Origin {
		return refuse(PartStatement, "it is about origin %s of chain %q", s.Origin, s.ChainID)
	}
	r.Statement = s
	if r.Unit.GTIN == "" {
		r.ok(PartStatement, limitMaker, "%s's statement names this origin and %d product lots in it; a logistic unit has no lot of its own.", s.Org, len(s.Items))
		return nil
	}
	if !s.Covers(StatementItem{GTIN: r.Unit.GTIN, Lot: r.Attrs.Lot, Expiry: r.Attrs.Expiry}) {
		return refuse(PartStatement, "it does not name GTIN %s, lot %s, expiry %s", r.Unit.GTIN, r.Attrs.Lot, r.Attrs.Expiry)
	}
	r.ok(PartStatement, limitMaker, "%s's statement names this origin, GTIN %s, lot %s and expiry %s. It was made by height %d.",
		s.Org, r.Unit.GTIN, r.Attrs.Lot, r.Attrs.Expiry, r.State.At)
	return nil
}

func noMaker(class uint64) string {
	if class == ClassBox {
		return textBoxMaker
	}
	return textNoMaker
}

// checkMaker checks the member behind the statement and the key that signed it.
func (b Bundle) checkMaker(r *BundleReport, _ Options) error {
	if b.Maker == nil {
		r.notShown(PartMaker, "%s", noMaker(r.State.Class))
		return nil
	}
	m, err := b.Maker.Member.member(b.Parts.StateRoot, r.Statement.Org)
	if err != nil {
		return err
	}
	r.Member = m
	key, ok := m.KeyAt(r.Statement.KeyID, r.State.At)
	if !ok {
		return refuse(PartMaker, "%s had no valid key %d at height %d", r.Statement.Org, r.Statement.KeyID, r.State.At)
	}
	if !VerifySignature(key, TaggedHash(TagStatement, b.Maker.Body), b.Maker.Signature) {
		return refuse(PartMaker, "the statement is not signed with key %d of %s", r.Statement.KeyID, r.Statement.Org)
	}
	if !b.provesMaker(r) {
		r.notShown(PartMaker, textNotMaker, m.Name)
		return nil
	}
	text := map[uint64]string{MemberActive: "", MemberSuspended: " It is suspended now.", MemberRemoved: " It is no longer a member."}[m.Standing]
	r.ok(PartMaker, limitMaker, "%s (%s) signed the statement with a key that was valid when the goods were commissioned.%s", m.Name, r.Statement.Org, text)
	return nil
}

// provesMaker reports whether this class of origin leads to a maker at all.
func (b Bundle) provesMaker(r *BundleReport) bool {
	return b.Maker != nil && (r.State.Class == ClassMade || r.State.Class == ClassRepacked)
}

func (b Bundle) checkLicence(r *BundleReport, _ Options) error {
	if !b.provesMaker(r) {
		r.notShown(PartLicence, "Without a proved maker there is no licence to check.")
		return nil
	}
	m, day, height := r.Member, r.State.Day, r.State.At
	if !m.LicensedOn(makerRoles, day, height) {
		return refuse(PartLicence, "%s held no licence as manufacturer or repackager when the goods were commissioned", r.Statement.Org)
	}
	role := "repackager"
	if m.LicensedOn(RoleManufacturer, day, height) {
		role = "manufacturer"
	} else if r.State.Class == ClassMade {
		r.alert("%s", textRepackage)
	}
	r.ok(PartLicence, limitLicence, "%s held a licence as %s on the day of the commission.", r.Statement.Org, role)
	return nil
}

// checkPrefix checks the GTIN of the unit, or of every product lot that the
// statement of a logistic unit names.
func (b Bundle) checkPrefix(r *BundleReport, _ Options) error {
	if !b.provesMaker(r) {
		r.notShown(PartPrefix, "Without a proved maker there is no company prefix to check.")
		return nil
	}
	gtins := []string{r.Unit.GTIN}
	if r.Unit.GTIN == "" {
		gtins = gtins[:0]
		for _, i := range r.Statement.Items {
			gtins = append(gtins, i.GTIN)
		}
	}
	for _, g := range gtins {
		if !checkedDigits(g, 14) {
			return refuse(PartPrefix, "%q is not a GTIN", g)
		}
		if !r.Member.OwnsPrefix(companyDigits(g), r.State.At) {
			return refuse(PartPrefix, "GTIN %s lies under no company prefix of %s at height %d", g, r.Statement.Org, r.State.At)
		}
	}
	r.ok(PartPrefix, "Company prefixes are as the members' registry recorded them.", "The GTIN lies under a company prefix that was %s's when the goods were commissioned.", r.Statement.Org)
	return nil
}
