package gs1

import "strings"

// typicalElements is the room made for the elements of one scan: a drug pack
// holds four.
const typicalElements = 4

// ParseElementString reads AIs and values as a barcode holds them: with or
// without a symbology identifier (]d2 and the like) and a leading FNC1, FNC1
// (0x1D) after each value that isn't of predefined length unless it is last.
func ParseElementString(input string) (Scan, error) { return Options{}.ParseElementString(input) }

// ParseElementString is the function of that name with options.
func (o Options) ParseElementString(input string) (Scan, error) {
	scan, err := o.elementScan(input)
	if err != nil {
		return Scan{}, err
	}
	return scan, nil
}

func (o Options) elementScan(input string) (Scan, *Error) {
	if len(input) > MaxInputBytes {
		return Scan{}, tooLong(input)
	}
	input = o.withSeparators(input)
	scan := Scan{Form: ElementString}
	at := 0
	if strings.HasPrefix(input, "]") {
		if !carriesElements(input) {
			return Scan{}, notGS1Code(input)
		}
		scan.Symbology = input[:3]
		at = 3
	}
	if at < len(input) && input[at] == separator {
		at++
	}
	var err *Error
	scan.Elements, err = readElements(nil, input, at)
	return scan, err
}

// withSeparators puts FNC1 where the text that stands for it is. A symbology
// identifier before it stays.
func (o Options) withSeparators(input string) string {
	if o.FNC1 == "" {
		return input
	}
	return strings.ReplaceAll(input, o.FNC1, string(rune(separator)))
}

// readElements reads the elements of input from offset at on.
func readElements(dst []Element, input string, at int) ([]Element, *Error) {
	if at >= len(input) {
		return nil, refuse(RuleEmpty, input, "", at, "there are no elements")
	}
	if dst == nil {
		dst = make([]Element, 0, typicalElements)
	}
	for at < len(input) {
		spec := ais.prefixed(input[at:])
		if spec == nil {
			return nil, notAnAI(input, at)
		}
		ai := input[at : at+len(spec.AI)]
		at += len(ai)
		value := input[at:]
		if spec.Predefined && len(value) > spec.length() {
			value = value[:spec.length()]
		}
		if end := strings.IndexByte(value, separator); end >= 0 {
			value = value[:end]
		}
		if err := spec.check(value); err != nil {
			return nil, likelySeparator(err, value).within(input, "AI "+ai, at)
		}
		if err := namedSeparator(value); err != nil {
			return nil, err.within(input, "AI "+ai, at)
		}
		var err *Error
		if dst, err = appendElement(dst, Element{ai, value}, input, at); err != nil {
			return nil, err
		}
		at += len(value)
		if at < len(input) && input[at] == separator {
			at++
		}
	}
	return dst, nil
}

func notAnAI(input string, at int) *Error {
	if input[at] == separator {
		return refuse(RuleSeparator, input, "", at, "a second separator (FNC1) follows the first")
	}
	return refuse(RuleUnknownAI, input, "", at, "there is no application identifier "+quote(input[at:min(len(input), at+4)]))
}

// appendElement adds an element unless it is there already; the same AI with
// another value is refused.
func appendElement(dst []Element, e Element, input string, at int) ([]Element, *Error) {
	for i := range dst {
		if dst[i].AI != e.AI {
			continue
		}
		if dst[i].Value == e.Value {
			return dst, nil
		}
		return nil, refuse(RuleRepeatedAI, input, "AI "+e.AI, at, "the value differs from that of the same AI before it")
	}
	if len(dst) == MaxElements {
		return nil, refuse(RuleTooLong, input, "", at, "there are more than "+itoa(MaxElements)+" elements")
	}
	return append(dst, e), nil
}
