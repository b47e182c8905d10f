package gs1

// GTINPath is the canonical path of a trade item: /01/{gtin}.
func GTINPath(gtin GTIN) (string, error) { return keyPath(identity{key: "01", value: string(gtin)}) }

// SGTINPath is the canonical path of one serialised item: /01/{gtin}/21/{serial}.
func SGTINPath(gtin GTIN, serial string) (string, error) {
	return keyPath(identity{"01", string(gtin), "21", serial})
}

// LGTINPath is the canonical path of one lot of an item: /01/{gtin}/10/{lot}.
func LGTINPath(gtin GTIN, lot string) (string, error) {
	return keyPath(identity{"01", string(gtin), "10", lot})
}

// SSCCPath is the canonical path of one logistic unit: /00/{sscc}.
func SSCCPath(sscc SSCC) (string, error) { return keyPath(identity{key: "00", value: string(sscc)}) }

// SGLNPath is the canonical path of a place: /414/{gln}, with /254/{extension}
// unless the extension is empty or "0".
func SGLNPath(gln GLN, extension string) (string, error) {
	if extension == "" || extension == "0" {
		return keyPath(identity{key: "414", value: string(gln)})
	}
	return keyPath(identity{"414", string(gln), "254", extension})
}

// keyPath checks the parts and writes the path.
func keyPath(id identity) (string, error) {
	if err := checkElement(id.key, id.value); err != nil {
		return "", err
	}
	if id.qualifier != "" {
		if err := checkElement(id.qualifier, id.extra); err != nil {
			return "", err
		}
	}
	var room [96]byte
	return string(id.appendPath(room[:0])), nil
}
