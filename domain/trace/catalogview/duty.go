package catalogview

// What a ground is about.
const (
	OfProduct     = "product"     // the product is none in the law's sense
	OfTransaction = "transaction" // what was done with it is no transaction in the law's sense
)

// Ground is a reason for which the duties of FD&C Act section 582 don't hold.
type Ground struct {
	Code   string `json:"code"`
	Of     string `json:"of" doc:"product or transaction"`
	Clause string `json:"clause" doc:"Of the FD&C Act; 21 USC 360eee has the same numbers as its section 581"`
	Text   string `json:"text"`
	// Confirmed says with what the clause and its words were compared. An answer that
	// rests on a ground without it says so.
	Confirmed string `json:"confirmed,omitempty" doc:"With what the clause was compared; empty: it was not"`
}

// What clauses were compared with. Legal Information Institute shows the law as it
// stands; the other two quote it word for word.
const (
	lawProduct     = "21 USC 360eee(13), Legal Information Institute"
	lawTransaction = "21 USC 360eee(24)(B), Legal Information Institute"
	quotedKits     = "RxTrace, October 2016, quoting the clause"
	quotedPatient  = "rxeed.com/dscsa, quoting both paragraphs"
)

// notPrescription is the ground that the National Drug Code directory can speak against.
const notPrescription = "not-prescription"

// Grounds is the table of grounds. docs/reference/duty.md shows it.
var Grounds = []Ground{
	{notPrescription, OfProduct, "581(13)", "not a prescription drug in finished dosage form: sold without a prescription, or not finished", lawProduct},
	{"animal", OfProduct, "581(13)", "a drug for animals, which is no prescription drug for patients", ""},
	{"device", OfProduct, "581(13)", "a device, which is no drug", ""},
	{"blood", OfProduct, "581(13)", "blood, or components of blood, for transfusion", lawProduct},
	{"radioactive", OfProduct, "581(13)", "a radioactive drug or biological product that the Nuclear Regulatory Commission or a State for it regulates", lawProduct},
	{"imaging", OfProduct, "581(13)", "an imaging drug", lawProduct},
	{"iv-fluids", OfProduct, "581(13), (24)(B)(xiv)", "for the veins: replaces fluids and electrolytes, or calories", ""},
	{"iv-balance", OfProduct, "581(13), (24)(B)(xv)", "for the veins: keeps the balance of water and minerals, such as dialysis solutions", ""},
	{"irrigation", OfProduct, "581(13), (24)(B)(xvi)", "for irrigation, or sterile water for irrigation or injection", ""},
	{"medical-gas", OfProduct, "581(13)", "a medical gas (section 575)", lawProduct},
	{"homeopathic", OfProduct, "581(13)", "a homeopathic drug that is marketed by the FDA's guidance", lawProduct},
	{"compounded", OfProduct, "581(13)", "a drug compounded under section 503A or 503B", lawProduct},

	{"intracompany", OfTransaction, "581(24)(B)(i)", "inside one company: between members of an affiliate, or within a manufacturer", lawTransaction},
	{"common-control", OfTransaction, "581(24)(B)(ii)", "between hospitals or other health care entities under common control", lawTransaction},
	{"emergency", OfTransaction, "581(24)(B)(iii)", "for emergency medical reasons, a public health emergency included; a shortage that none caused is not one", lawTransaction},
	{"dispensing", OfTransaction, "581(24)(B)(iv)", "dispensed on a prescription", lawTransaction},
	{"samples", OfTransaction, "581(24)(B)(v)", "samples, given out by a manufacturer or a licensed wholesale distributor under section 503(d)", lawTransaction},
	{"transfusion", OfTransaction, "581(24)(B)(vi)", "blood or components of blood for transfusion", lawTransaction},
	{"office-use", OfTransaction, "581(24)(B)(vii)", "minimal quantities from a licensed retail pharmacy to a licensed practitioner for office use", lawTransaction},
	{"charity", OfTransaction, "581(24)(B)(viii)", "from a charitable organisation to a nonprofit affiliate of it, as far as the law permits", lawTransaction},
	{"merger", OfTransaction, "581(24)(B)(ix)", "with the sale or merger of pharmacies or wholesale distributors; the records go to the new owner", lawTransaction},
	{"animal-dispensing", OfTransaction, "581(24)(B)(x)", "dispensing of what is approved under section 512(c)", lawTransaction},
	{"nuclear", OfTransaction, "581(24)(B)(xi)", "to or from a facility licensed by the Nuclear Regulatory Commission or a State for it", lawTransaction},
	{"combination", OfTransaction, "581(24)(B)(xii)", "a combination product with a device, as that clause describes it", lawTransaction},
	{"convenience-kit", OfTransaction, "581(24)(B)(xiii)", "a medical convenience kit, as that clause describes it", quotedKits},
	{"iv-fluids-sale", OfTransaction, "581(24)(B)(xiv)", "an intravenous product that replaces fluids and electrolytes, or calories", ""},
	{"iv-balance-sale", OfTransaction, "581(24)(B)(xv)", "an intravenous product that keeps the balance of water and minerals", ""},
	{"irrigation-sale", OfTransaction, "581(24)(B)(xvi)", "a product for irrigation, or sterile water", ""},
	{"medical-gas-sale", OfTransaction, "581(24)(B)(xvii)", "a medical gas", ""},
	{"licensed-device", OfTransaction, "581(24)(B)(xviii)", "a licensed biological product that is a device", ""},
	{"specific-patient", OfTransaction, "582(d)(1)(A)(ii), 581(19)", "sold by one dispenser to another to fill the prescription of an identified patient; not to fill up stock", quotedPatient},
}

// received are the grounds of a transaction by which goods can have come. The other two
// are about what is given to a patient or for an animal.
func (g Ground) received() bool {
	return g.Of == OfTransaction && g.Code != "dispensing" && g.Code != "animal-dispensing"
}

// cite names a ground's clause, and says where nobody compared it with the law.
func (g Ground) cite() string {
	text := "FD&C Act " + g.Clause
	if g.Confirmed == "" {
		text += "; the paragraph is not confirmed, so ask counsel before you rely on it"
	}
	return text
}

// GroundOf is the ground with a code.
func GroundOf(code string) (Ground, bool) {
	for _, g := range Grounds {
		if g.Code == code {
			return g, true
		}
	}
	return Ground{}, false
}
