"""What lies outside the cloud, and a test answers for: WeChat's open APIs and open data, other hosts."""
