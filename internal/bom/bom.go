package bom

import (
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/url"
	"runtime/debug"
	"strings"

	cdx "github.com/CycloneDX/cyclonedx-go"

	"pedigree/web/console"
)

// Of lists what a program is built from. made is its time in RFC 3339, or empty.
func Of(info *debug.BuildInfo, version, made string) (*cdx.BOM, error) {
	list := cdx.NewBOM()
	list.SerialNumber = "" // it would have to be random
	program := cdx.Component{
		BOMRef: purl(info.Main.Path, version), Type: cdx.ComponentTypeApplication, Name: info.Main.Path, Version: version,
		PackageURL: purl(info.Main.Path, version), Licenses: licensed("Apache-2.0"),
	}
	var settings []cdx.Property
	for _, s := range info.Settings {
		if strings.HasPrefix(s.Key, "GO") || strings.HasPrefix(s.Key, "CGO") || s.Key == "-trimpath" {
			settings = append(settings, cdx.Property{Name: "go:" + s.Key, Value: s.Value})
		}
	}
	program.Properties = &settings
	list.Metadata = &cdx.Metadata{Timestamp: made, Component: &program}

	parts := []cdx.Component{{
		BOMRef: purl("std", info.GoVersion), Type: cdx.ComponentTypeLibrary, Name: "std", Version: info.GoVersion,
		PackageURL: purl("std", strings.TrimPrefix(info.GoVersion, "go")), Licenses: licensed("BSD-3-Clause"),
	}}
	refs := []string{parts[0].BOMRef}
	for _, m := range info.Deps {
		part, err := component(m)
		if err != nil {
			return nil, err
		}
		parts = append(parts, part)
		refs = append(refs, part.BOMRef)
	}
	pages, err := console.Materials()
	if err != nil {
		return nil, err
	}
	for _, m := range pages {
		part, err := pagePart(m)
		if err != nil {
			return nil, err
		}
		parts = append(parts, part)
		refs = append(refs, part.BOMRef)
	}
	list.Components = &parts
	list.Dependencies = &[]cdx.Dependency{{Ref: program.BOMRef, Dependencies: &refs}}
	return list, nil
}

// component is one linked module.
func component(m *debug.Module) (cdx.Component, error) {
	if m.Replace != nil {
		return cdx.Component{}, fmt.Errorf("couldn't list %s: another module stands in its place, whose licence nobody looked at", m.Path)
	}
	id, err := Licence(m.Path, m.Version)
	if err != nil {
		return cdx.Component{}, err
	}
	c := cdx.Component{
		BOMRef: purl(m.Path, m.Version), Type: cdx.ComponentTypeLibrary, Name: m.Path, Version: m.Version,
		PackageURL: purl(m.Path, m.Version), Licenses: licensed(id),
	}
	if m.Sum == "" {
		return c, nil // vendored
	}
	// h1 is a SHA-256 over the hashes of the module's files: not the hash of one file,
	// so it is a property and no hash of the component.
	raw, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(m.Sum, "h1:"))
	if err != nil {
		return c, fmt.Errorf("couldn't read the hash of %s: %w", m.Path, err)
	}
	c.Properties = &[]cdx.Property{{Name: "go:sum", Value: m.Sum}, {Name: "go:sum:hex", Value: hex.EncodeToString(raw)}}
	return c, nil
}

// pagePart is one package of the console. Its integrity is the hash of its archive.
func pagePart(m console.Material) (cdx.Component, error) {
	address := "pkg:npm/" + strings.Replace(m.Name, "@", "%40", 1) + "@" + url.PathEscape(m.Version)
	c := cdx.Component{BOMRef: address, Type: cdx.ComponentTypeLibrary, Name: m.Name, Version: m.Version, PackageURL: address, Licenses: licensed(m.Licence)}
	raw, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(m.Integrity, "sha512-"))
	if err != nil || len(raw) != sha512.Size {
		return c, fmt.Errorf("couldn't read the hash of %s: %q is no SHA-512", m.Name, m.Integrity)
	}
	c.Hashes = &[]cdx.Hash{{Algorithm: cdx.HashAlgoSHA512, Value: hex.EncodeToString(raw)}}
	return c, nil
}

func licensed(id string) *cdx.Licenses {
	return &cdx.Licenses{{License: &cdx.License{ID: id}}}
}

// purl is a module's package URL.
func purl(path, version string) string {
	return "pkg:golang/" + path + "@" + url.PathEscape(version)
}
