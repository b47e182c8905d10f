// Package register reads lists of licences, registrations and reports, as boards and
// agencies publish them, by a mapping that says what their columns mean.
//
// What it keeps true: a file whose columns are not exactly those of its mapping is
// refused, with the name of the column; a date is read in the one form that the mapping
// declares; a line that can't be read is told with its number and never guessed; what
// looks like a formula is text.
//
// There is no common layout: boards publish what they like. CSV: RFC 4180. Regions:
// ISO 3166-2.
//
//	m, err := register.ParseMapping(raw)
//	err = register.Read(file, m, func(r register.Row) error { return keep(r) }, func(b register.Bad) error { return tell(b) })
package register
