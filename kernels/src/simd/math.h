// Elementary functions over 16 lanes, compiled for one level.
#pragma once

namespace deltaport {

// exp(x) within 2 ulp; 0 below -103, infinity above 89, NaN stays. Cephes' expf: x = n ln 2 + r, |r| <= ln 2 / 2.
template <class V>
inline __attribute__((always_inline)) typename V::F Exp(typename V::F x) {
  using F = typename V::F;
  // In this order a NaN in x survives both.
  x = V::Max(V::Set(-110.0f), V::Min(V::Set(100.0f), x));
  F n = V::Round(V::Mul(x, V::Set(1.44269504088896341f)));
  F r = V::Fnma(n, V::Set(0.693359375f), x);
  r = V::Fnma(n, V::Set(-2.12194440e-4f), r);
  F p = V::Set(1.9875691500e-4f);
  p = V::Fma(p, r, V::Set(1.3981999507e-3f));
  p = V::Fma(p, r, V::Set(8.3334519073e-3f));
  p = V::Fma(p, r, V::Set(4.1665795894e-2f));
  p = V::Fma(p, r, V::Set(1.6666665459e-1f));
  p = V::Fma(p, r, V::Set(5.0000001201e-1f));
  p = V::Add(V::Fma(V::Mul(r, r), p, r), V::Set(1.0f));
  return V::Scale(p, n);
}

template <class V>
inline __attribute__((always_inline)) typename V::F Sigmoid(typename V::F x) {
  return V::Div(V::Set(1.0f), V::Add(V::Set(1.0f), Exp<V>(V::Sub(V::Zero(), x))));
}

template <class V>
inline __attribute__((always_inline)) typename V::F Silu(typename V::F x) {
  return V::Div(x, V::Add(V::Set(1.0f), Exp<V>(V::Sub(V::Zero(), x))));
}

}  // namespace deltaport
