package main

import (
	"errors"
	"fmt"
	"runtime/debug"

	cdx "github.com/CycloneDX/cyclonedx-go"

	"pedigree/internal/bom"
)

// materials prints what the program is built from, as the linker noted it.
func (c *cli) materials() error {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return errors.New("couldn't read what the program is built from: it was built without modules")
	}
	made := date
	if made == "unknown" {
		made = ""
	}
	list, err := bom.Of(info, version, made)
	if err != nil {
		return err
	}
	if err := cdx.NewBOMEncoder(c.out.data, cdx.BOMFileFormatJSON).SetPretty(true).EncodeVersion(list, cdx.SpecVersion1_6); err != nil {
		return fmt.Errorf("couldn't print the list of materials: %w", err)
	}
	return nil
}
