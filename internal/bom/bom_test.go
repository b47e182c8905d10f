package bom

import (
	"errors"
	"runtime/debug"
	"strings"
	"testing"
)

func TestLicencesAreToldByTheirTexts(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"Apache", "Apache License\n   Version 2.0, January 2004", "Apache-2.0"},
		{"BSD with three clauses", "Redistribution and use in source and binary forms ... Neither  the\nname ... DISCLAIMER", "BSD-3-Clause"},
		{"BSD with two", "Redistribution and use in source\nand binary forms ... disclaimer", "BSD-2-Clause"},
		{"MIT", "Permission is hereby granted, free of charge, to any person obtaining a copy", "MIT"},
		{"ISC", "Permission to use, copy, modify, and/or distribute this software for any purpose", "ISC"},
		{"Mozilla", "Mozilla Public License Version 2.0", "MPL-2.0"},
		{"one that is not permitted", "GNU AFFERO GENERAL PUBLIC LICENSE Version 3", ""},
		{"none", "All rights reserved.", ""},
	} {
		got, err := Classify(c.text)
		if got != c.want || errors.Is(err, ErrLicence) != (c.want == "") {
			t.Errorf("%s: %q, %v", c.name, got, err)
		}
	}
}

func TestAModuleWhoseLicenceNobodyReadIsRefused(t *testing.T) {
	known := strings.Fields(licences)
	info := func(m *debug.Module) *debug.BuildInfo {
		return &debug.BuildInfo{GoVersion: "go1.26.8", Main: debug.Module{Path: "pedigree"}, Deps: []*debug.Module{m}}
	}
	if _, err := Of(info(&debug.Module{Path: known[0], Version: known[1], Sum: "h1:AAAA"}), "1", ""); err != nil {
		t.Errorf("a known module: %v", err)
	}
	for name, m := range map[string]*debug.Module{
		"a module that is not listed":   {Path: "example.org/nowhere", Version: "v1.0.0"},
		"another version":               {Path: known[0], Version: known[1] + "-other"},
		"another module in its place":   {Path: known[0], Version: known[1], Replace: &debug.Module{Path: "example.org/fork"}},
		"a hash that can't be read":     {Path: known[0], Version: known[1], Sum: "h1:%"},
		"a path that begins as another": {Path: known[0][:len(known[0])-1], Version: known[1]},
	} {
		if _, err := Of(info(m), "1", ""); err == nil {
			t.Errorf("%s was listed", name)
		}
	}
}
