package main

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"pedigree/domain/network"
	"pedigree/internal/node"
)

// documentFlags name the files that members agree on. The ledger holds their
// hashes; the files stay with the members.
type documentFlags struct{ charter, exit, fees string }

func (d *documentFlags) register(cmd *cobra.Command) {
	cmd.Flags().StringVar(&d.charter, "charter", "", "file with the charter: purpose, duties, how the members decide")
	cmd.Flags().StringVar(&d.exit, "exit", "", "file with the exit rules: how a member leaves, and with what")
	cmd.Flags().StringVar(&d.fees, "fees", "", "file with the fee rules: who pays whom for what")
}

// documents reads the files that were named.
func (d *documentFlags) documents() ([]network.AdoptDocument, error) {
	var list []network.AdoptDocument
	for _, f := range []struct{ name, path, title string }{
		{network.DocumentCharter, d.charter, "Charter"}, {network.DocumentExit, d.exit, "Exit rules"}, {network.DocumentFees, d.fees, "Fee rules"},
	} {
		if f.path == "" {
			continue
		}
		raw, err := os.ReadFile(f.path)
		if err != nil {
			return nil, fmt.Errorf("couldn't read the %s: %w", f.name, err)
		}
		doc := network.AdoptDocument{Name: f.name, SHA256: sha256.Sum256(raw), Size: uint64(len(raw)), Title: f.title}
		if err := doc.Validate(); err != nil {
			return nil, fmt.Errorf("couldn't take %s: %w", f.path, err)
		}
		list = append(list, doc)
	}
	return list, nil
}

// addTo puts the files' hashes into a founding file.
func (d *documentFlags) addTo(f *node.Founding) error {
	list, err := d.documents()
	if err != nil || len(list) == 0 {
		return err
	}
	raw, err := json.Marshal(network.Founding{Documents: list})
	if err != nil {
		return fmt.Errorf("couldn't write the founding file: %w", err)
	}
	f.Modules["network"] = raw
	return nil
}

// compare refuses a founding file that names other documents than the files here.
func (d *documentFlags) compare(f node.Founding) error {
	list, err := d.documents()
	if err != nil {
		return failWith(exitUsage, "", err)
	}
	part, err := network.ParseFounding(f.Modules["network"])
	if err != nil {
		return failWith(exitUsage, "", err)
	}
	there := map[string]network.AdoptDocument{}
	for _, doc := range part.Documents {
		there[doc.Name] = doc
	}
	var faults []error
	for _, doc := range list {
		if have, ok := there[doc.Name]; !ok {
			faults = append(faults, fmt.Errorf("the founding file names no %s", doc.Name))
		} else if have.SHA256 != doc.SHA256 {
			faults = append(faults, fmt.Errorf("the %s here has the SHA-256 %s, the founding file names %s", doc.Name, doc.SHA256, have.SHA256))
		}
	}
	if len(faults) > 0 {
		return failWith(exitRefused, "read what the others agreed on before you join; nothing was kept", errors.Join(faults...))
	}
	return nil
}
