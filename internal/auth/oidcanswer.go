package auth

import "net/http"

// boundedAnswers cuts a provider's answers off at their limit: the libraries that read
// them read all there is.
type boundedAnswers struct{ http.RoundTripper }

// RoundTrip implements http.RoundTripper.
func (b *boundedAnswers) RoundTrip(r *http.Request) (*http.Response, error) {
	res, err := b.RoundTripper.RoundTrip(r)
	if err == nil {
		res.Body = http.MaxBytesReader(nil, res.Body, providerBytesMax)
	}
	return res, err
}
