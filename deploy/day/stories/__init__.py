"""The day's stories: Debbie's families in Southend and Allison's in West Sussex."""
