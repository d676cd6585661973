"""Letters and signs that pdfLaTeX's fonts lack outside of formulas, each with its command within."""

_PAIRS = """
α alpha  β beta  γ gamma  δ delta  ε varepsilon  ζ zeta  η eta  θ theta  ι iota  κ kappa  λ lambda  μ mu  ν nu
ξ xi  π pi  ρ rho  ς varsigma  σ sigma  τ tau  υ upsilon  φ varphi  χ chi  ψ psi  ω omega  ο mathrm{o}  Γ Gamma
Δ Delta  Θ Theta  Λ Lambda  Ξ Xi  Π Pi  Σ Sigma  Υ Upsilon  Φ Phi  Ψ Psi  Ω Omega  ϵ epsilon  ϑ vartheta  ϕ phi
← leftarrow  → rightarrow  ↔ leftrightarrow  ⇐ Leftarrow  ⇒ Rightarrow  ⇔ Leftrightarrow  ↦ mapsto  ≤ le  ≥ ge
≠ ne  ≈ approx  ≡ equiv  ∝ propto  ∼ sim  ≪ ll  ≫ gg  ∈ in  ∉ notin  ⊂ subset  ∪ cup  ∩ cap  ∅ emptyset
∀ forall  ∃ exists  ∧ wedge  ∨ vee  ∞ infty  ∂ partial  ∇ nabla  ∑ sum  ∏ prod  ∫ int  √ surd  ⋅ cdot  ∘ circ
⊙ odot
"""
LETTERS = dict(zip(_PAIRS.split()[::2], _PAIRS.split()[1::2], strict=True))
