package gs1

// alphaKeys are the words the first versions of Digital Link took for AIs in
// the path. Options.AlphaKeys asks for them.
var alphaKeys = [...]struct{ word, ai string }{
	{"gtin", "01"},
	{"cpv", "22"},
	{"lot", "10"},
	{"ser", "21"},
	{"sscc", "00"},
	{"gln", "414"},
	{"glnx", "254"},
	{"party", "417"},
	{"payTo", "415"},
	{"itip", "8006"},
	{"grai", "8003"},
	{"giai", "8004"},
	{"gdti", "253"},
	{"gcn", "255"},
	{"ginc", "401"},
	{"gsin", "402"},
	{"cpid", "8010"},
	{"cpsn", "8011"},
	{"gmn", "8013"},
	{"gsrnp", "8017"},
	{"gsrn", "8018"},
	{"srin", "8019"},
	{"refno", "8020"},
}

func alphaAI(word string) (string, bool) {
	for _, k := range alphaKeys {
		if k.word == word {
			return k.ai, true
		}
	}
	return "", false
}
