package bom

import (
	_ "embed"
	"errors"
	"fmt"
	"strings"
)

// licences has a line for each module: its path, its version, and its licence as
// SPDX names it.
//
//go:embed licences.txt
var licences string

// Licence is the licence of a module of this program.
func Licence(path, version string) (string, error) {
	for line := range strings.Lines(licences) {
		if fields := strings.Fields(line); len(fields) == 3 && fields[0] == path && fields[1] == version {
			return fields[2], nil
		}
	}
	return "", fmt.Errorf("couldn't find the licence of %s %s: run make licences", path, version)
}

// marks are what tells a permitted licence by: all words of one must stand in the
// text. The first that fits counts, so those with more words come first.
var marks = []struct {
	id    string
	words []string
}{
	{"Apache-2.0", []string{"apache license", "version 2.0, january 2004"}},
	{"MPL-2.0", []string{"mozilla public license version 2.0"}},
	{"MPL-2.0", []string{"mozilla public license, version 2.0"}},
	{"BSD-3-Clause", []string{"redistribution and use in source and binary forms", "neither the name"}},
	{"BSD-2-Clause", []string{"redistribution and use in source and binary forms", "disclaimer"}},
	{"MIT", []string{"permission is hereby granted, free of charge, to any person obtaining a copy"}},
	{"ISC", []string{"permission to use, copy, modify, and", "distribute this software for any purpose"}},
}

// ErrLicence says that a licence is not known, or not permitted.
var ErrLicence = errors.New("it is none of the permitted licences")

// Classify tells a licence by its text. Only permitted ones are known.
func Classify(text string) (string, error) {
	plain := strings.Join(strings.Fields(strings.ToLower(text)), " ")
	for _, m := range marks {
		fits := true
		for _, w := range m.words {
			fits = fits && strings.Contains(plain, w)
		}
		if fits {
			return m.id, nil
		}
	}
	return "", ErrLicence
}
