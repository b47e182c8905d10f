package proof

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math"
)

// TrustFormat is the format name in a trust file.
const TrustFormat = "pedigree/trust/1"

// Trust is what a reader takes as given: that the validators of one chain are
// these, from a height on. It comes by another way than the proofs it judges:
// from the founding file, or from a checkpoint that the reader's own node wrote.
type Trust struct {
	ChainID    string
	Height     uint64 // first height that this set signs
	Validators ValidatorSet
}

// Check refuses a Trust that names no chain or an impossible set.
func (t Trust) Check() error {
	if t.ChainID == "" || len(t.ChainID) > ChainIDMax {
		return fmt.Errorf("couldn't take a trust file: its chain id has %d bytes where 1 to %d are allowed", len(t.ChainID), ChainIDMax)
	}
	if t.Height == 0 || t.Height > math.MaxInt64 {
		return fmt.Errorf("couldn't take a trust file: height %d does not exist", t.Height)
	}
	return t.Validators.Check()
}

// Fingerprint is the tagged hash of [1, chain, height, [[key, power], ...]]. Two
// people who compare it need not compare the file.
func (t Trust) Fingerprint() Hash {
	b := AppendUint(AppendArray(nil, 4), 1)
	b = AppendUint(AppendText(b, t.ChainID), t.Height)
	return TaggedHash(TrustFormat, t.Validators.Append(b))
}

// trustFile is the JSON form of a Trust.
type trustFile struct {
	Format      string           `json:"format"`
	Chain       string           `json:"chain"`
	Height      uint64           `json:"height"`
	Validators  []trustValidator `json:"validators"`
	Fingerprint string           `json:"fingerprint"`
}

type trustValidator struct {
	Key   string `json:"key"`
	Power uint64 `json:"power"`
}

// EncodeTrust writes a trust file: JSON with the fields format, chain, height,
// validators (each with key, 66 hexadecimal digits, and power) and fingerprint.
func EncodeTrust(t Trust) ([]byte, error) {
	if err := t.Check(); err != nil {
		return nil, err
	}
	f := trustFile{Format: TrustFormat, Chain: t.ChainID, Height: t.Height, Fingerprint: t.Fingerprint().String()}
	for _, v := range t.Validators {
		f.Validators = append(f.Validators, trustValidator{Key: v.Key.String(), Power: v.Power})
	}
	b, err := json.MarshalIndent(f, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("couldn't write a trust file: %w", err)
	}
	return append(b, '\n'), nil
}

// ParseTrust reads a trust file and checks it against its own fingerprint, which
// guards against slips, not against forgery: compare the fingerprint with one
// that came by another way.
func ParseTrust(b []byte) (Trust, error) {
	t, err := parseTrust(b)
	if err != nil {
		return Trust{}, in(PartTrust, fmt.Errorf("couldn't read the trust file: %w", err))
	}
	return t, nil
}

func parseTrust(b []byte) (Trust, error) {
	if len(b) > TrustFileSizeMax {
		return Trust{}, fmt.Errorf("it has %d bytes where at most %d are allowed", len(b), TrustFileSizeMax)
	}
	var f trustFile
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(&f); err != nil {
		return Trust{}, err
	}
	if _, err := d.Token(); err != io.EOF {
		return Trust{}, fmt.Errorf("something follows after its end")
	}
	if f.Format != TrustFormat {
		return Trust{}, fmt.Errorf("its format is %q where %q is expected", f.Format, TrustFormat)
	}
	t := Trust{ChainID: f.Chain, Height: f.Height}
	for _, v := range f.Validators {
		key, err := ParseKey(v.Key)
		if err != nil {
			return Trust{}, err
		}
		t.Validators = append(t.Validators, Validator{Key: key, Power: v.Power})
	}
	if err := t.Check(); err != nil {
		return Trust{}, err
	}
	if got := t.Fingerprint().String(); got != f.Fingerprint {
		return Trust{}, fmt.Errorf("its fingerprint is %s, not %s as it says", got, f.Fingerprint)
	}
	return t, nil
}
