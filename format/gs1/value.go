package gs1

// check says what is wrong with a value of the AI, with offsets in the value.
func (spec *AISpec) check(value string) *Error {
	if value == "" {
		return refuse(RuleEmpty, value, "", 0, "there is no value")
	}
	at := 0
	for i := range spec.Components {
		c := &spec.Components[i]
		left := len(value) - at
		if left == 0 && c.Optional {
			return nil
		}
		if left < c.Min {
			return spec.wrongLength(value)
		}
		part := value[at : at+min(left, c.Max)]
		if j := outside(part, c.class()); j >= 0 {
			return c.wrongByte(value, at+j)
		}
		for _, check := range c.Checks {
			if err := check.apply(part); err != nil {
				return err.within(value, "", at)
			}
		}
		at += len(part)
	}
	if at < len(value) {
		return spec.wrongLength(value)
	}
	return nil
}

func (c *Component) class() uint8 {
	switch c.Type {
	case 'N':
		return digit
	case 'Y':
		return set39
	case 'Z':
		return set64
	}
	return set82
}

func (c *Component) wrongByte(value string, at int) *Error {
	if c.Type == 'N' {
		return refuse(RuleDigits, value, "", at, "only digits may stand here, not "+quoteByte(value, at))
	}
	return refuse(RuleCharset, value, "", at, "the character "+quoteByte(value, at)+" may not stand here")
}

func (spec *AISpec) wrongLength(value string) *Error {
	least, most := 0, 0
	for _, c := range spec.Components {
		most += c.Max
		if !c.Optional {
			least += c.Min
		}
	}
	rule := RuleLength
	if len(value) > most {
		rule = lengthRule(spec.AI)
	}
	want := itoa(least) + " to " + itoa(most)
	if least == most {
		want = itoa(most)
	}
	return refuse(rule, value, "", min(len(value), most), "the value has "+itoa(len(value))+" characters where "+want+" may stand")
}

// length is the number of characters of a value of predefined length.
func (spec *AISpec) length() int {
	n := 0
	for i := range spec.Components {
		n += spec.Components[i].Max
	}
	return n
}

// CheckValue says whether value can be the value of an application identifier.
func CheckValue(ai, value string) error {
	if err := checkElement(ai, value); err != nil {
		return err
	}
	return nil
}

func checkElement(ai, value string) *Error {
	spec := ais.exact(ai)
	if spec == nil {
		return refuse(RuleUnknownAI, clip(ai), "", 0, "there is no application identifier "+clip(ai))
	}
	if err := spec.check(value); err != nil {
		return err.within(clip(value), "AI "+ai, 0)
	}
	return nil
}
