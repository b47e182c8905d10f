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
	Clause string `json:"clause" doc:"Of the FD&C Act; 21 USC 360eee has the same numbers"`
	Text   string `json:"text"`
}

// Grounds is the table of grounds. docs/reference/duty.md shows it.
var Grounds = []Ground{
	{"not-prescription", OfProduct, "581(13), 503(b)(1)", "not a prescription drug in finished dosage form: sold without a prescription, or not finished"},
	{"animal", OfProduct, "581(13)", "a drug for animals, which is no prescription drug for patients"},
	{"device", OfProduct, "581(13)", "a device, which is no drug"},
	{"blood", OfProduct, "581(13)", "blood, or components of blood, for transfusion"},
	{"radioactive", OfProduct, "581(13)", "a radioactive drug or biological product that the Nuclear Regulatory Commission or a State for it regulates"},
	{"imaging", OfProduct, "581(13)", "an imaging drug"},
	{"iv-fluids", OfProduct, "581(13), (24)(B)(xiv)", "for the veins: replaces fluids and electrolytes, or calories"},
	{"iv-balance", OfProduct, "581(13), (24)(B)(xv)", "for the veins: keeps the balance of water and minerals, such as dialysis solutions"},
	{"irrigation", OfProduct, "581(13), (24)(B)(xvi)", "for irrigation, or sterile water for irrigation or injection"},
	{"medical-gas", OfProduct, "581(13)", "a medical gas (section 575)"},
	{"homeopathic", OfProduct, "581(13)", "a homeopathic drug that is marketed by the FDA's guidance"},
	{"compounded", OfProduct, "581(13)", "a drug compounded under section 503A or 503B"},

	{"intracompany", OfTransaction, "581(24)(B)(i)", "inside one company: between members of an affiliate, or within a manufacturer"},
	{"common-control", OfTransaction, "581(24)(B)(ii)", "between hospitals or other health care entities under common control"},
	{"emergency", OfTransaction, "581(24)(B)(iii)", "for emergency medical reasons, a public health emergency included; a shortage that none caused is not one"},
	{"dispensing", OfTransaction, "581(24)(B)(iv)", "dispensed on a prescription"},
	{"samples", OfTransaction, "581(24)(B)(v)", "samples, given out by a manufacturer or a licensed wholesale distributor under section 503(d)"},
	{"transfusion", OfTransaction, "581(24)(B)(vi)", "blood or components of blood for transfusion"},
	{"office-use", OfTransaction, "581(24)(B)(vii)", "minimal quantities from a licensed retail pharmacy to a licensed practitioner for office use"},
	{"charity", OfTransaction, "581(24)(B)(viii)", "from a charitable organisation to a nonprofit affiliate of it, as far as the law permits"},
	{"merger", OfTransaction, "581(24)(B)(ix)", "with the sale or merger of pharmacies or wholesale distributors; the records go to the new owner"},
	{"animal-dispensing", OfTransaction, "581(24)(B)(x)", "dispensing of what is approved under section 512(c)"},
	{"nuclear", OfTransaction, "581(24)(B)(xi)", "to or from a facility licensed by the Nuclear Regulatory Commission or a State for it"},
	{"combination", OfTransaction, "581(24)(B)(xii)", "a combination product with a device, as that clause describes it"},
	{"convenience-kit", OfTransaction, "581(24)(B)(xiii)", "a medical convenience kit, as that clause describes it"},
	{"iv-fluids-sale", OfTransaction, "581(24)(B)(xiv)", "an intravenous product that replaces fluids and electrolytes, or calories"},
	{"iv-balance-sale", OfTransaction, "581(24)(B)(xv)", "an intravenous product that keeps the balance of water and minerals"},
	{"irrigation-sale", OfTransaction, "581(24)(B)(xvi)", "a product for irrigation, or sterile water"},
	{"medical-gas-sale", OfTransaction, "581(24)(B)(xvii)", "a medical gas"},
	{"licensed-device", OfTransaction, "581(24)(B)(xviii)", "a licensed biological product that is a device"},
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
