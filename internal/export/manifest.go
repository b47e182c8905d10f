package export

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"pedigree/proof"
)

// Format is the first field of a manifest of this version.
const Format = "pedigree export 2"

// TagManifest separates signatures over manifests from all others.
const TagManifest = "pedigree/export/1"

// The files of an archive whose names are fixed.
const (
	AnchorFile     = "anchor.pedigree"
	AuditFile      = "audit.ndjson"
	DispensesFile  = "dispenses.ndjson"
	DocumentsFile  = "documents.ndjson"
	FoundingFile   = "founding.json"
	GoneFile       = "gone.ndjson"
	InboxFile      = "inbox.ndjson"
	MachinesFile   = "machines.ndjson"
	MemberFile     = "member.pedigree"
	OutboxFile     = "outbox.ndjson"
	PartnersFile   = "partners.ndjson"
	PeopleFile     = "people.ndjson"
	ShipmentsFile  = "shipments.ndjson"
	SignaturesFile = "signatures.ndjson"
	StockFile      = "stock.ndjson"
	TablesFile     = "tables.json"

	filesName     = "files.ndjson"
	manifestName  = "manifest.json"
	signatureName = "manifest.json.sig"

	documentsFolder = "documents/"
	receiptsFolder  = "receipts/"
	tablesFolder    = "tables/"
)

// lists are the files with one JSON object a line; every archive has all of them.
var lists = []string{
	AuditFile, DispensesFile, DocumentsFile, GoneFile, InboxFile, MachinesFile, OutboxFile, PartnersFile, PeopleFile, ShipmentsFile, SignaturesFile, StockFile,
}

// Manifest says what an export is of. It is signed.
type Manifest struct {
	Format     string         `json:"format" doc:"pedigree export 2"`
	Chain      string         `json:"chain" doc:"Id of the network's chain"`
	Founding   proof.Hash     `json:"founding" doc:"Fingerprint of the founding file"`
	Org        string         `json:"org" doc:"Id of the organisation whose export this is"`
	Name       string         `json:"name" doc:"Its name"`
	KeyID      uint64         `json:"key_id" doc:"Number of its key that signed the manifest, as member.pedigree lists it"`
	Height     uint64         `json:"height" doc:"Height of the ledger when the export began"`
	FromHeight uint64         `json:"from_height" doc:"Oldest block that the node keeps: there are no receipts of entries before it"`
	Taken      time.Time      `json:"taken" doc:"When the export began, in UTC and whole seconds"`
	Program    string         `json:"program" doc:"Version of the program that wrote it"`
	Receipts   int64          `json:"receipts" doc:"Number of receipts"`
	Lines      map[string]int `json:"lines" doc:"Number of lines of each list"`
	Proved     int            `json:"proved" doc:"Lines of stock.ndjson with a proof"`
	Files      FileList       `json:"files" doc:"The list of all files"`
}

// FileList is what the manifest says of the list of files.
type FileList struct {
	Name   string     `json:"name" doc:"files.ndjson"`
	Count  int64      `json:"count" doc:"Number of files in the list"`
	Bytes  int64      `json:"bytes" doc:"Size of the list"`
	SHA256 proof.Hash `json:"sha256" doc:"SHA-256 of the list"`
}

// File is one line of the list of files.
type File struct {
	Name   string     `json:"name" doc:"The file's name in the archive"`
	Bytes  int64      `json:"bytes" doc:"Its size"`
	SHA256 proof.Hash `json:"sha256" doc:"Its SHA-256"`
}

// ManifestSignature is what stands beside the manifest.
type ManifestSignature struct {
	KeyID     uint64    `json:"key_id" doc:"Number of the organisation's key"`
	Key       proof.Key `json:"key" doc:"The key, 01 and 32 bytes of Ed25519, in hexadecimal"`
	Signature string    `json:"signature" doc:"Over the tagged hash of the manifest's bytes under pedigree/export/1: 01 and 64 bytes, in hexadecimal"`
}

func encodeJSON(v any) ([]byte, error) {
	text, err := json.MarshalIndent(v, "", "  ")
	return append(text, '\n'), err
}

// decodeStrict reads one JSON value with no unknown member and nothing after it.
func decodeStrict(text []byte, v any) error {
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.DisallowUnknownFields()
	if err := dec.Decode(v); err != nil {
		return err
	}
	if _, err := dec.Token(); err != io.EOF {
		return errors.New("something follows after its end")
	}
	return nil
}

// decodeManifest reads a manifest strictly.
func decodeManifest(text []byte) (Manifest, error) {
	var m Manifest
	if err := decodeStrict(text, &m); err != nil {
		return m, err
	}
	switch {
	case m.Format != Format:
		return m, fmt.Errorf("its format is %q where this program reads %q; take the program that wrote it", m.Format, Format)
	case m.Chain == "" || m.Org == "" || m.Taken.IsZero() || m.Files.Name != filesName:
		return m, errors.New("it doesn't say whose export it is, and when it was made")
	}
	return m, nil
}

// decodeSignature reads a signature in its one form.
func decodeSignature(text []byte) (ManifestSignature, error) {
	var s ManifestSignature
	if err := decodeStrict(text, &s); err != nil {
		return s, err
	}
	again, err := encodeJSON(s)
	if err == nil && !bytes.Equal(again, text) {
		err = errors.New("it is not written as signatures are")
	}
	return s, err
}

// right says whether the signature is that of the key over a manifest.
func (s ManifestSignature) right(key proof.Key, manifest []byte) bool {
	raw, err := hex.DecodeString(s.Signature)
	if err != nil || len(raw) != len(proof.Signature{}) {
		return false
	}
	return proof.VerifySignature(key, proof.TaggedHash(TagManifest, manifest), proof.Signature(raw))
}

// DocumentName is the name of a document in an archive, from its number and its own
// name, of which it has only what no file system takes for anything else.
func DocumentName(id int64, title string) string {
	title = title[strings.LastIndexAny(title, `/\`)+1:]
	title = strings.Map(func(r rune) rune {
		if 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || strings.ContainsRune("._-", r) {
			return r
		}
		return '_'
	}, title)
	title = strings.TrimLeft(title, ".")
	if len(title) > titleBytesMax {
		title = title[len(title)-titleBytesMax:]
	}
	if title == "" {
		title = "document"
	}
	return fmt.Sprintf("%s%012d/%s", documentsFolder, id, title)
}

// ReceiptName is the name of a receipt in an archive.
func ReceiptName(height uint64, place int, id proof.Hash) string {
	return fmt.Sprintf("%s%012d-%06d-%x.pedigree", receiptsFolder, height, place, id[:8])
}
