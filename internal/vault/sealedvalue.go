package vault

import (
	"encoding/base64"
	"fmt"
	"strings"
)

// SealValue encrypts a small value that another package keeps in a table of its own,
// as the head of a document is. The context names its place, such as table and row;
// OpenValue needs the same one, so that a value moved elsewhere is found out. The
// column is in Table.Sealed of the package's schema.
func (v *Vault) SealValue(context string, plain []byte) ([]byte, error) {
	if len(plain) > sealedValueBytesMax {
		return nil, fmt.Errorf("couldn't seal a value: it has %d bytes, more than %d", len(plain), sealedValueBytesMax)
	}
	return v.valueSealer().seal([]byte(context), plain)
}

// OpenValue decrypts what SealValue made with the same context, or says ErrDamaged.
func (v *Vault) OpenValue(context string, sealed []byte) ([]byte, error) {
	return v.valueSealer().open([]byte(context), sealed)
}

// sealedTextPrefix begins a sealed text; base64 without padding follows.
const sealedTextPrefix = "sealed:"

// SealText is SealValue for a column of text. No text is sealed as none.
func (v *Vault) SealText(context, plain string) (string, error) {
	if plain == "" {
		return "", nil
	}
	sealed, err := v.SealValue(context, []byte(plain))
	if err != nil {
		return "", err
	}
	return sealedTextPrefix + base64.RawStdEncoding.EncodeToString(sealed), nil
}

// OpenText decrypts what SealText made with the same context, or says ErrDamaged: also
// of text that isn't sealed, which somebody has put there.
func (v *Vault) OpenText(context, sealed string) (string, error) {
	if sealed == "" {
		return "", nil
	}
	digits, is := strings.CutPrefix(sealed, sealedTextPrefix)
	raw, err := base64.RawStdEncoding.DecodeString(digits)
	if !is || err != nil {
		return "", fmt.Errorf("%w: a text that is to be sealed isn't", ErrDamaged)
	}
	plain, err := v.OpenValue(context, raw)
	return string(plain), err
}

func (v *Vault) valueSealer() sealer { return sealer{v.key.own("sealed value")} }
