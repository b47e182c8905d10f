package vault

import "fmt"

// SealValue encrypts a small value that another package keeps in a table of its own,
// as the head of a document is. The context names its place, such as table and row;
// OpenValue needs the same one, so that a value moved elsewhere is found out.
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

func (v *Vault) valueSealer() sealer { return sealer{v.key.own("sealed value")} }
