"""A benchmark as it is recorded, its numbers made up."""

RATE = {"ms_per_model_epoch": 80.1, "gflops": 96.5, "fraction_of_peak": 0.61, "flop_per_byte": 13.7}
MEASURED = {
    "peak_gflops": 158.2,
    "copy_gigabytes_per_second": 20.0,
    "depths": {"5": {**RATE, "autograd_ms_per_model_epoch": 600.0, "overhead": 0.05}},
    "widths": {"32": RATE},
    "models": {"12": RATE},
    "workers": {
        "1": {"ms_per_model_epoch": 80.1, "ms_per_model_epoch_of_all": 80.1, "gigabytes_resident": 0.8}
    },
    "bookkeeping": {
        "runs": 1000,
        "ms_to_store_a_run": 2.0,
        "ms_to_read_a_run": 0.5,
        "ms_to_read_a_run_again": 0.05,
        "kilobytes_stored_per_run": 28.0,
        "kilobytes_held_per_run": 40.0,
    },
    "study": "standard",
    "machine": "a processor",
    "width": 32,
    "models_per_stack": 12,
    "varied_at_depth": 20,
    "threads": 1,
    "torch": "2.0.0",
}
