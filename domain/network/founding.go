package network

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"

	"pedigree/ledger"
)

// Founding is the module's part of the founding file. All of it may be left out.
type Founding struct {
	Documents []AdoptDocument  `json:"documents,omitempty"`
	Peers     []PublishPeer    `json:"peers,omitempty"`
	Mailboxes []PublishMailbox `json:"mailboxes,omitempty"`
}

// ParseFounding reads the module's part of the founding file, which may be empty,
// and refuses fields that it does not know.
func ParseFounding(text []byte) (Founding, error) {
	var f Founding
	if len(text) == 0 {
		return f, nil
	}
	if len(text) > FoundingSizeMax {
		return f, fmt.Errorf("couldn't read the founding network: %d bytes where %d are the most", len(text), FoundingSizeMax)
	}
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&f); err != nil {
		return f, fmt.Errorf("couldn't read the founding network: %w", err)
	}
	if _, err := dec.Token(); err != io.EOF {
		return f, fmt.Errorf("couldn't read the founding network: something follows its end")
	}
	return f, f.Validate()
}

// Validate checks what can be told without state.
func (f Founding) Validate() error {
	if len(f.Documents) > DocumentsMax || len(f.Peers) > FoundingPeersMax || len(f.Mailboxes) > FoundingMailboxesMax {
		return fmt.Errorf("couldn't accept the founding network: %d documents, %d nodes and %d mailboxes, where %d, %d and %d are the most; publish the others later", len(f.Documents), len(f.Peers), len(f.Mailboxes), DocumentsMax, FoundingPeersMax, FoundingMailboxesMax)
	}
	for i := range f.Documents {
		if err := f.Documents[i].Validate(); err != nil {
			return fmt.Errorf("couldn't accept founding document %d: %w", i+1, err)
		}
	}
	for i := range f.Peers {
		if err := f.Peers[i].Validate(); err != nil {
			return fmt.Errorf("couldn't accept founding node %d: %w", i+1, err)
		}
	}
	for i := range f.Mailboxes {
		if err := f.Mailboxes[i].Validate(); err != nil {
			return fmt.Errorf("couldn't accept founding mailbox %d: %w", i+1, err)
		}
	}
	return nil
}

// begin lays down what the founders agreed on.
func begin(b *ledger.Block, s ledger.State, text []byte) error {
	f, err := ParseFounding(text)
	if err != nil {
		return err
	}
	for i := range f.Documents {
		if err := f.Documents[i].adopt(b, s); err != nil {
			return fmt.Errorf("couldn't lay down founding document %d: %w", i+1, err)
		}
	}
	for i := range f.Peers {
		if err := f.Peers[i].publish(b, s); err != nil {
			return fmt.Errorf("couldn't lay down founding node %d: %w", i+1, err)
		}
	}
	for i := range f.Mailboxes {
		if err := f.Mailboxes[i].publish(b, s); err != nil {
			return fmt.Errorf("couldn't lay down founding mailbox %d: %w", i+1, err)
		}
	}
	return nil
}
