package auth

import (
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"fmt"
	"slices"
)

// Certificate maps a client certificate to a machine. The authority that signed it
// was checked before; this says which of its certificates is whom.
type Certificate struct {
	Name  string // as it is shown
	Roles []Role
	// SPKI is the SHA-256 of the certificate's SubjectPublicKeyInfo in hexadecimal:
	// this key and no other. URI is a subject alternative name: any certificate of
	// the authority that bears it. Exactly one of them is given.
	SPKI, URI string
}

// Check refuses what maps nothing, or maps to more than a machine may have.
func (c Certificate) Check() error {
	if err := checkName(c.Name); err != nil {
		return err
	}
	if (c.SPKI == "") == (c.URI == "") {
		return invalid(fmt.Sprintf("the certificate %q needs either spki or uri", c.Name))
	}
	if sum, err := hex.DecodeString(c.SPKI); c.SPKI != "" && (err != nil || len(sum) != sha256.Size) {
		return invalid(fmt.Sprintf("the spki of certificate %q must be 64 hexadecimal digits: the SHA-256 of its public key as DER", c.Name))
	}
	return checkMachineRoles(c.Roles)
}

// SPKI is the hash by which a certificate's key is named.
func SPKI(cert *x509.Certificate) string {
	h := sha256.Sum256(cert.RawSubjectPublicKeyInfo)
	return hex.EncodeToString(h[:])
}

// ByCertificate is the machine that a verified certificate belongs to.
func ByCertificate(org string, known []Certificate, cert *x509.Certificate) (Principal, error) {
	sum := SPKI(cert)
	for _, c := range known {
		if c.SPKI != "" && c.SPKI == sum {
			return New("cert:"+sum[:16], c.Name, Machine, org, c.Roles...), nil
		}
	}
	for _, c := range known {
		has := func(uri string) bool { return uri == c.URI }
		uris := make([]string, len(cert.URIs))
		for i, u := range cert.URIs {
			uris[i] = u.String()
		}
		if c.URI != "" && slices.ContainsFunc(uris, has) {
			return New("cert:"+c.URI, c.Name, Machine, org, c.Roles...), nil
		}
	}
	return Principal{}, ErrUnknown
}
